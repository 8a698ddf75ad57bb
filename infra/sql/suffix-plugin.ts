import {
  type KyselyPlugin,
  OperationNodeTransformer,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  type SchemableIdentifierNode,
  type UnknownRow,
} from 'kysely';

class SuffixTransformer extends OperationNodeTransformer {
  constructor(
    readonly tables: ReadonlySet<string>,
    readonly suffix: string,
  ) {
    super();
  }

  protected override transformSchemableIdentifier(node: SchemableIdentifierNode): SchemableIdentifierNode {
    const transformed = super.transformSchemableIdentifier(node);
    if (!this.tables.has(transformed.identifier.name)) return transformed;
    return {
      ...transformed,
      identifier: { ...transformed.identifier, name: transformed.identifier.name + this.suffix },
    };
  }
}

/** Makes the same queries run against tables whose names carry a suffix: the copy of a view that is being rebuilt. */
export function suffixTables(tables: Iterable<string>, suffix: string): KyselyPlugin {
  const transformer = new SuffixTransformer(new Set(tables), suffix);
  return {
    transformQuery: (args: PluginTransformQueryArgs): RootOperationNode =>
      transformer.transformNode(args.node, args.queryId),
    transformResult: async (args: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> => args.result,
  };
}
