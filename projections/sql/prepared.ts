import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { TableShape } from './table-shape.js';

/** Stands for the parameter `name` while a query is built. */
class Placeholder {
  constructor(readonly name: string) {}
}

/** Anything that runs compiled queries: a Kysely instance or a transaction. */
export interface Runs {
  executeQuery<R>(query: CompiledQuery<R>): Promise<{ readonly rows: R[]; readonly numAffectedRows?: bigint }>;
}

/**
 * Builds a query once per database handle and makes it runnable with other parameters: building and compiling cost
 * more than running. Transactions of one Kysely instance share its dialect and plugins, and so the built query.
 *
 * @param build makes the query; each parameter may be used any number of times, as a plain value
 * @returns a function from handle and parameters to the compiled query, for `executeQuery`
 */
export function preparedOn<DB, P extends object, R>(
  build: (db: Kysely<DB>, params: P) => Compilable<R>,
): (db: Kysely<DB>, params: P) => CompiledQuery<R> {
  const templates = new WeakMap<object, CompiledQuery<R>>();
  return (db, params) => {
    const dialect = db.getExecutor().adapter;
    let template = templates.get(dialect);
    if (!template) {
      template = build(db, placeholders<P>()).compile();
      templates.set(dialect, template);
    }
    const values = params as Readonly<Record<string, unknown>>;
    const parameters = template.parameters.map((value) => (value instanceof Placeholder ? values[value.name] : value));
    return { ...template, parameters };
  };
}

function placeholders<P extends object>(): P {
  const known = new Map<string, Placeholder>();
  const placeholder = (name: string): Placeholder => {
    let made = known.get(name);
    if (!made) {
      made = new Placeholder(name);
      known.set(name, made);
    }
    return made;
  };
  return new Proxy({} as P, {
    get: (_target, name) => placeholder(String(name)),
    ownKeys: () => {
      throw new Error('parameters of a prepared query have no list: name each one');
    },
  });
}

/** A whole row of parameters: one for every column of the table. */
export function everyColumn<R extends object>(params: R, shape: TableShape): R {
  return Object.fromEntries(Object.keys(shape.columns).map((column) => [column, params[column as keyof R]])) as R;
}

/** Runs a statement whose rows nobody reads. */
export async function execute(db: Runs, query: CompiledQuery<unknown>): Promise<void> {
  await db.executeQuery(query);
}
