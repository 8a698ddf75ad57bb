/** A session by its handle, and the key of the tenant incarnation it belongs to. */
export interface SessionRef {
  readonly handle: string;
  readonly tenantKey: string;
}

/** Whose sessions to look for, and in which tenant. */
export interface SessionSearch {
  readonly appKey: string;
  /** The ids they may be stored under. */
  readonly userIds: readonly string[];
  /** Absent: all tenants of the app. */
  readonly tenantKey?: string;
  /** Sessions that expired before are left out; ms since the epoch. */
  readonly now: number;
}

/** Finds the sessions of users: candidates from a view, to be decided upon by their own streams. */
export interface SessionIndex {
  sessionsOf(search: SessionSearch): Promise<readonly SessionRef[]>;
}
