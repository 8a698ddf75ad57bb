import { integer, optionalText, type TableShapes, text, time } from '../sql/table-shape.js';

/** The directory view: users, who they are, where they may sign in, and what belongs to them. */
export interface DirectoryTables {
  users: { app_key: string; user_id: string; is_primary: number; time_joined: number };
  login_methods: {
    app_key: string;
    recipe_user_id: string;
    user_id: string;
    recipe: string;
    email: string | null;
    phone_number: string | null;
    third_party_id: string | null;
    third_party_user_id: string | null;
    time_joined: number;
    /** Of the event that made it: orders methods of equal time. */
    position: string;
  };
  memberships: {
    app_key: string;
    tenant_key: string;
    recipe_user_id: string;
    user_id: string;
    recipe: string;
    /** Of the login method, so that a search in a tenant is a range of an index; the domain is what follows the last @. */
    email: string | null;
    email_domain: string | null;
    phone_number: string | null;
    /** The id of the third party in lower case. */
    provider: string | null;
    /** The whole account at the third party, as one value (`thirdPartyInfo`). */
    third_party_account: string | null;
    /** Of the whole user: what lists are sorted by. */
    time_joined: number;
    position: string;
  };
  /** Tenants that nobody can be a member of any more. */
  removed_tenants: { app_key: string; tenant_key: string };
  /**
   * How many users have exactly this set of recipes (see user-counts.ts) in a tenant, or, under the tenant key '', in
   * the whole app.
   */
  user_counts: { app_key: string; tenant_key: string; recipes: number; users: number };
  /** What is verified for user ids as callers gave them; the key is the one that seals what the log says of the id. */
  verified_emails: { app_key: string; user_id: string; email: string; key_name: string };
  /** Whose an email verification token may be, by its hash. */
  email_verification_tokens: {
    app_key: string;
    token_hash: string;
    user_id: string;
    key_name: string;
    expires_at: number;
  };
  user_id_mappings: { app_key: string; user_id: string; external_user_id: string; info: string | null };
  reset_tokens: { app_key: string; token_hash: string; user_id: string; expires_at: number };
  /** Passwordless login attempts that are under way; those of removed tenants until they expire. */
  passwordless_devices: {
    app_key: string;
    tenant_key: string;
    device_id_hash: string;
    email: string | null;
    phone_number: string | null;
    failed_attempts: number;
    /** When the last code was made. */
    last_code_at: number;
    position: string;
  };
  passwordless_codes: {
    app_key: string;
    tenant_key: string;
    code_id: string;
    device_id_hash: string;
    link_code_hash: string;
    created_at: number;
    position: string;
  };
  last_active: { app_key: string; user_id: string; at: number };
  user_sessions: { app_key: string; handle: string; user_id: string; tenant_key: string; expires_at: number };
  /** What is kept of user ids as callers send them, as text of an object; the key is the one that seals it in the log. */
  user_metadata: { app_key: string; user_id: string; key_name: string; metadata: string };
  roles: { app_key: string; role: string };
  role_permissions: { app_key: string; role: string; permission: string };
  /** Who has a role in a tenant; the key as above. */
  user_roles: { app_key: string; tenant_key: string; user_id: string; role: string; key_name: string };
}

export const directoryShapes: TableShapes<DirectoryTables> = {
  users: {
    columns: { app_key: text, user_id: text, is_primary: integer, time_joined: time },
    primaryKey: ['app_key', 'user_id'],
    indexes: [],
  },
  login_methods: {
    columns: {
      app_key: text,
      recipe_user_id: text,
      user_id: text,
      recipe: text,
      email: optionalText,
      phone_number: optionalText,
      third_party_id: optionalText,
      third_party_user_id: optionalText,
      time_joined: time,
      position: text,
    },
    primaryKey: ['app_key', 'recipe_user_id'],
    indexes: [['app_key', 'user_id']],
  },
  memberships: {
    columns: {
      app_key: text,
      tenant_key: text,
      recipe_user_id: text,
      user_id: text,
      recipe: text,
      email: optionalText,
      email_domain: optionalText,
      phone_number: optionalText,
      provider: optionalText,
      third_party_account: optionalText,
      time_joined: time,
      position: text,
    },
    primaryKey: ['app_key', 'tenant_key', 'recipe_user_id'],
    indexes: [
      ['app_key', 'tenant_key', 'time_joined', 'user_id', 'recipe'],
      ['app_key', 'tenant_key', 'email'],
      ['app_key', 'tenant_key', 'email_domain'],
      ['app_key', 'tenant_key', 'phone_number'],
      ['app_key', 'tenant_key', 'provider'],
      ['app_key', 'tenant_key', 'third_party_account'],
      ['app_key', 'recipe_user_id'],
    ],
  },
  removed_tenants: {
    columns: { app_key: text, tenant_key: text },
    primaryKey: ['app_key', 'tenant_key'],
    indexes: [],
  },
  user_counts: {
    columns: { app_key: text, tenant_key: text, recipes: integer, users: integer },
    primaryKey: ['app_key', 'tenant_key', 'recipes'],
    indexes: [],
  },
  verified_emails: {
    columns: { app_key: text, user_id: text, email: text, key_name: text },
    primaryKey: ['app_key', 'user_id', 'email'],
    indexes: [['app_key', 'key_name']],
  },
  email_verification_tokens: {
    columns: { app_key: text, token_hash: text, user_id: text, key_name: text, expires_at: time },
    primaryKey: ['app_key', 'token_hash'],
    indexes: [
      ['app_key', 'key_name'],
      ['app_key', 'expires_at'],
    ],
  },
  user_id_mappings: {
    columns: { app_key: text, user_id: text, external_user_id: text, info: optionalText },
    primaryKey: ['app_key', 'user_id'],
    indexes: [['app_key', 'external_user_id']],
  },
  reset_tokens: {
    columns: { app_key: text, token_hash: text, user_id: text, expires_at: time },
    primaryKey: ['app_key', 'token_hash'],
    indexes: [
      ['app_key', 'user_id'],
      ['app_key', 'expires_at'],
    ],
  },
  passwordless_devices: {
    columns: {
      app_key: text,
      tenant_key: text,
      device_id_hash: text,
      email: optionalText,
      phone_number: optionalText,
      failed_attempts: integer,
      last_code_at: time,
      position: text,
    },
    primaryKey: ['app_key', 'tenant_key', 'device_id_hash'],
    indexes: [
      ['app_key', 'tenant_key', 'email'],
      ['app_key', 'tenant_key', 'phone_number'],
      ['app_key', 'tenant_key', 'last_code_at'],
    ],
  },
  passwordless_codes: {
    columns: {
      app_key: text,
      tenant_key: text,
      code_id: text,
      device_id_hash: text,
      link_code_hash: text,
      created_at: time,
      position: text,
    },
    primaryKey: ['app_key', 'tenant_key', 'code_id'],
    indexes: [
      ['app_key', 'tenant_key', 'device_id_hash'],
      ['app_key', 'tenant_key', 'link_code_hash'],
    ],
  },
  last_active: {
    columns: { app_key: text, user_id: text, at: time },
    primaryKey: ['app_key', 'user_id'],
    indexes: [['app_key', 'at']],
  },
  user_sessions: {
    columns: { app_key: text, handle: text, user_id: text, tenant_key: text, expires_at: time },
    primaryKey: ['app_key', 'handle'],
    indexes: [['app_key', 'user_id'], ['expires_at']],
  },
  user_metadata: {
    columns: { app_key: text, user_id: text, key_name: text, metadata: text },
    primaryKey: ['app_key', 'user_id'],
    indexes: [['app_key', 'key_name']],
  },
  roles: {
    columns: { app_key: text, role: text },
    primaryKey: ['app_key', 'role'],
    indexes: [],
  },
  role_permissions: {
    columns: { app_key: text, role: text, permission: text },
    primaryKey: ['app_key', 'role', 'permission'],
    indexes: [['app_key', 'permission', 'role']],
  },
  user_roles: {
    columns: { app_key: text, tenant_key: text, user_id: text, role: text, key_name: text },
    primaryKey: ['app_key', 'tenant_key', 'user_id', 'role'],
    indexes: [
      ['app_key', 'role', 'tenant_key', 'user_id'],
      ['app_key', 'key_name'],
    ],
  },
};
