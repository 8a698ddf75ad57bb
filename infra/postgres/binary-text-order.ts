import {
  type ColumnDefinitionNode,
  DataTypeNode,
  type KyselyPlugin,
  OperationNodeTransformer,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  RawNode,
} from 'kysely';

class TextCollator extends OperationNodeTransformer {
  protected override transformColumnDefinition(node: ColumnDefinitionNode): ColumnDefinitionNode {
    const transformed = super.transformColumnDefinition(node);
    const { dataType } = transformed;
    if (!DataTypeNode.is(dataType) || dataType.dataType !== 'text') return transformed;
    return { ...transformed, dataType: RawNode.createWithSql('text collate "C"') };
  }
}

const collator = new TextCollator();

/**
 * Gives every column of text that is made the order of its bytes in UTF-8, which is SQLite's. By default PostgreSQL has
 * that of a language, by which lists, ranges of prefixes and digests would come out otherwise.
 */
export const binaryTextOrder: KyselyPlugin = {
  transformQuery: ({ node, queryId }: PluginTransformQueryArgs) => collator.transformNode(node, queryId),
  transformResult: async ({ result }: PluginTransformResultArgs) => result,
};
