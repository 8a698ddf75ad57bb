import type { Option, OptionTable, OptionType } from './option.js';

function accepted(type: OptionType, description: string): Option {
  return { type, default: null, level: 'T', description: `${description} Accepted without effect.` };
}

function locked(type: OptionType, description: string): Option {
  return { ...accepted(type, description), protected: true };
}

/**
 * Options of the PostgreSQL plugin that overrides may name (00-conventions.md 14.3): known and type-checked, so that
 * existing deployments are not refused, and without effect here.
 */
const storageOptions: OptionTable = {
  postgresql_connection_uri: locked('string', 'Database URI.'),
  postgresql_host: locked('string', 'Database host.'),
  postgresql_port: locked('int', 'Database port.'),
  postgresql_user: locked('string', 'Database user.'),
  postgresql_password: locked('string', 'Database password.'),
  postgresql_database_name: locked('string', 'Database name.'),
  postgresql_table_schema: locked('string', 'Database schema.'),
  postgresql_table_names_prefix: locked('string', 'Prefix of table names.'),
  postgresql_connection_pool_size: locked('int', 'Database connections held.'),
  postgresql_idle_connection_timeout: locked('long', 'Milliseconds after which an idle connection is closed.'),
  postgresql_minimum_idle_connections: locked('int', 'Database connections kept open while idle.'),
  postgresql_connection_attributes: locked('string', 'Extra parameters of the database URI.'),
  postgresql_connection_scheme: locked('string', 'Scheme of the database URI.'),
  migration_mode: accepted('string', 'Progress of a schema migration.'),
};

const tableName = accepted('string', 'Name of one table.');
const tableNamePattern = /^postgresql_[a-z_]{1,64}_table_name$/;

/** The storage option of that name, `postgresql_*_table_name` included; undefined if there is none. */
export function storageOption(name: string): Option | undefined {
  if (Object.hasOwn(storageOptions, name)) return storageOptions[name];
  return tableNamePattern.test(name) ? tableName : undefined;
}
