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
    /** Of the whole user: what lists are sorted by. */
    time_joined: number;
    position: string;
  };
  /**
   * How many users have exactly this set of recipes (see user-counts.ts) in a tenant, or, under the tenant key '', in
   * the whole app.
   */
  user_counts: { app_key: string; tenant_key: string; recipes: number; users: number };
  verified_emails: { app_key: string; user_id: string; email: string };
  reset_tokens: { app_key: string; token_hash: string; user_id: string; expires_at: number };
  last_active: { app_key: string; user_id: string; at: number };
  user_sessions: { app_key: string; handle: string; user_id: string; tenant_key: string; expires_at: number };
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
      time_joined: time,
      position: text,
    },
    primaryKey: ['app_key', 'tenant_key', 'recipe_user_id'],
    indexes: [
      ['app_key', 'tenant_key', 'time_joined', 'user_id', 'recipe'],
      ['app_key', 'tenant_key', 'email'],
      ['app_key', 'tenant_key', 'email_domain'],
      ['app_key', 'recipe_user_id'],
    ],
  },
  user_counts: {
    columns: { app_key: text, tenant_key: text, recipes: integer, users: integer },
    primaryKey: ['app_key', 'tenant_key', 'recipes'],
    indexes: [],
  },
  verified_emails: {
    columns: { app_key: text, user_id: text, email: text },
    primaryKey: ['app_key', 'user_id', 'email'],
    indexes: [],
  },
  reset_tokens: {
    columns: { app_key: text, token_hash: text, user_id: text, expires_at: time },
    primaryKey: ['app_key', 'token_hash'],
    indexes: [
      ['app_key', 'user_id'],
      ['app_key', 'expires_at'],
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
    indexes: [['app_key', 'user_id']],
  },
};
