import { integer, optionalText, optionalTime, type TableShapes, text, time } from '../sql/table-shape.js';

/** The sessions view: what a session lookup needs, one row per live session. */
export interface SessionTables {
  sessions: {
    app_key: string;
    handle: string;
    tenant_id: string;
    tenant_key: string;
    user_id: string;
    subject_id: string;
    hash2: string;
    prev_hash2: string | null;
    rotated_at: number | null;
    expires_at: number;
    time_created: number;
    user_data_in_jwt: string;
    user_data_in_database: string;
    use_static_key: number;
  };
}

export const sessionShapes: TableShapes<SessionTables> = {
  sessions: {
    columns: {
      app_key: text,
      handle: text,
      tenant_id: text,
      tenant_key: text,
      user_id: text,
      subject_id: text,
      hash2: text,
      prev_hash2: optionalText,
      rotated_at: optionalTime,
      expires_at: time,
      time_created: time,
      user_data_in_jwt: text,
      user_data_in_database: text,
      use_static_key: integer,
    },
    primaryKey: ['app_key', 'handle'],
    indexes: [['app_key', 'subject_id'], ['expires_at']],
  },
};
