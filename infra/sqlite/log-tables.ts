import type Database from 'better-sqlite3';

/** A stream as the transaction sees it. */
export interface StreamRow {
  readonly id: number;
  readonly category: number;
  /** The highest revision in the log. */
  last: number;
  /** The last revision at the time of the last soft delete, or -1. */
  deletedThrough: number;
}

interface Placed {
  readonly stream: number;
  readonly revision: number;
  readonly id: string;
}

/** The log's tables as one transaction sees and changes them. */
export interface LogTables {
  /** Starts with what the file says now. Call it inside each transaction before all else. */
  refresh(): void;
  /** The position of the last event, or -1. */
  end(): number;
  stream(name: string): StreamRow | undefined;
  /** The stream's row, made if there is none; an event must follow. */
  streamToWrite(name: string): StreamRow;
  /** Adds an event to the end of the log and of its stream. */
  insert(stream: StreamRow, id: string, type: string, data: string, metadata: string, recordedAt: number): void;
  position(stream: StreamRow, revision: number): number | undefined;
  idsBetween(first: number, last: number): readonly Placed[];
  /** Hides what stands before a revision, and removes it, except for the stream's last event. */
  truncate(stream: StreamRow, before: number): void;
  /** Hides the stream, and removes its events, except for the last. */
  delete(stream: StreamRow): void;
}

/** Prepares the statements of the write side. */
export function prepareLogTables(db: Database.Database): LogTables {
  const selectEnd = db.prepare<[], number | null>('SELECT max(position) FROM events').pluck();
  const selectStream = db.prepare<[string], StreamRow>(
    `SELECT id, category, deleted_through AS deletedThrough,
       (SELECT max(revision) FROM events WHERE stream = streams.id) AS last
     FROM streams WHERE name = ?`,
  );
  const insertStream = db.prepare<[string, number]>('INSERT INTO streams (name, category) VALUES (?, ?)');
  const insertEvent = db.prepare<[number, number, number, number, number, number, string, string, string]>(
    `INSERT INTO events (position, stream, revision, category, type, recorded_at, id, metadata, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const selectPosition = db
    .prepare<[number, number], number>('SELECT position FROM events WHERE stream = ? AND revision = ?')
    .pluck();
  const selectIds = db.prepare<[number, number], Placed>(
    'SELECT stream, revision, id FROM events WHERE position BETWEEN ? AND ? ORDER BY position',
  );
  const removeBefore = db.prepare<[number, number]>('DELETE FROM events WHERE stream = ? AND revision < ?');
  const setTruncated = db.prepare<[number, number]>(
    'UPDATE streams SET truncated_before = max(truncated_before, ?) WHERE id = ?',
  );
  const setDeleted = db.prepare<[number, number]>('UPDATE streams SET deleted_through = ? WHERE id = ?');
  const categories = prepareNames(db, 'categories');
  const types = prepareNames(db, 'event_types');

  let end = -1;
  const streams = new Map<string, StreamRow>();

  function stream(name: string): StreamRow | undefined {
    const known = streams.get(name);
    if (known) return known;
    const row = selectStream.get(name);
    if (row) streams.set(name, row);
    return row;
  }

  return {
    refresh() {
      streams.clear();
      categories.clear();
      types.clear();
      end = selectEnd.get() ?? -1;
    },
    end: () => end,
    stream,
    streamToWrite(name) {
      const known = stream(name);
      if (known) return known;
      const category = categories.idOf(name.slice(0, name.indexOf('-')));
      const id = Number(insertStream.run(name, category).lastInsertRowid);
      const row = { id, category, last: -1, deletedThrough: -1 };
      streams.set(name, row);
      return row;
    },
    insert(row, id, type, data, metadata, recordedAt) {
      insertEvent.run(end + 1, row.id, row.last + 1, row.category, types.idOf(type), recordedAt, id, metadata, data);
      end++;
      row.last++;
    },
    position: (row, revision) => selectPosition.get(row.id, revision),
    idsBetween: (first, last) => selectIds.all(first, last),
    truncate(row, before) {
      const first = Math.min(before, row.last + 1);
      setTruncated.run(first, row.id);
      removeBefore.run(row.id, Math.min(first, row.last));
    },
    delete(row) {
      setDeleted.run(row.last, row.id);
      row.deletedThrough = row.last;
      removeBefore.run(row.id, row.last);
    },
  };
}

interface Names {
  idOf(name: string): number;
  clear(): void;
}

/** Short numbers for names that many events share, remembered for one transaction. */
function prepareNames(db: Database.Database, table: 'categories' | 'event_types'): Names {
  const select = db.prepare<[string], number>(`SELECT id FROM ${table} WHERE name = ?`).pluck();
  const insert = db.prepare<[string]>(`INSERT INTO ${table} (name) VALUES (?)`);
  const ids = new Map<string, number>();
  return {
    idOf(name) {
      const known = ids.get(name);
      if (known !== undefined) return known;
      const id = select.get(name) ?? Number(insert.run(name).lastInsertRowid);
      ids.set(name, id);
      return id;
    },
    clear: () => ids.clear(),
  };
}
