import type { KurrentConnection } from './connection.js';
import { UnsupportedServerError } from './failures.js';

/** What is needed of the client beyond its declared surface: it asks for the server's version, but doesn't tell it. */
interface ClientInternals {
  readonly capabilities: Promise<{
    readonly serverVersion: string;
    supports(method: { readonly path: string }): boolean;
  }>;
}

const APPEND_RECORDS = '/kurrentdb.protocol.v2.streams.StreamsService/AppendRecords';

/**
 * Makes sure that there is a server, and that it can append to several streams at once under checks of others.
 *
 * @throws StoreUnavailableError if none answers; UnsupportedServerError if it is too old
 */
export async function requireServer(connection: KurrentConnection): Promise<void> {
  const server = await connection.call(
    { repeatable: true },
    (client) => (client as unknown as ClientInternals).capabilities,
  );
  if (!server.supports({ path: APPEND_RECORDS })) {
    throw new UnsupportedServerError(
      `Annals needs KurrentDB 26.0.3 or newer; this server's version is ${server.serverVersion}`,
    );
  }
}
