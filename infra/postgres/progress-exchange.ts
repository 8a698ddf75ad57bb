import type { Client } from 'pg';
import type { MemberReport, ProgressExchange, ProgressListener } from '../ports/progress-exchange.js';
import { readReport, sentReport } from '../wire/member-report.js';
import type { PostgresPlace } from './connection.js';
import { startListener } from './listener.js';

const CHANNEL = 'annals_progress';
const TIMEOUT_MS = 5_000;

/**
 * Exchanges reports through notifications of a PostgreSQL database, which are not kept. While the database can't be
 * reached nothing is heard; the connection is made again by itself.
 *
 * @param url a connection string: `postgresql://user:password@host:port/database`
 */
export function openPostgresProgressExchange(url: string, listener: ProgressListener): ProgressExchange {
  // The schema is only searched for tables, of which none is used here.
  const place: PostgresPlace = { url, schema: 'public', timeout: TIMEOUT_MS };
  const waiting = new Map<string, MemberReport>();
  let connection: { readonly client: Client; readonly giveUp: () => void } | undefined;
  let sending: Promise<void> | undefined;

  async function sendAll(): Promise<void> {
    for (;;) {
      const [report] = waiting.values();
      if (!connection || !report) break;
      waiting.delete(report.member);
      // A report that is lost is made again.
      await connection.client
        .query('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify(sentReport(report))])
        .catch(connection.giveUp);
    }
    // At once: whatever is published from here on has to begin anew.
    sending = undefined;
  }

  function sendSoon(): void {
    if (connection && waiting.size > 0) sending ??= sendAll();
  }

  const listening = startListener({
    ...place,
    channel: CHANNEL,
    onPayload(payload) {
      const report = readReport(payload);
      if (report) listener.heard(report);
    },
    onListening(client, giveUp) {
      // Nothing that is exchanged has to last.
      client.query('SET synchronous_commit = off').catch(giveUp);
      connection = { client, giveUp };
      listener.opened();
      sendSoon();
    },
    onSilent() {
      connection = undefined;
    },
  });

  return {
    publish(report) {
      waiting.delete(report.member);
      waiting.set(report.member, report);
      sendSoon();
    },
    async close() {
      await sending;
      await listening.close();
    },
  };
}
