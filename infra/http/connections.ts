import type { Socket } from 'node:net';

interface Connection {
  /** Requests that came in whole and are not answered yet. */
  running: number;
  /** Whether the rest of a request is still to come. */
  receiving: boolean;
  /** Whether it is to be closed once nothing runs on it. */
  ending: boolean;
}

/** The open connections of a server and what runs on them, so that closing one never cuts off an answer. */
export interface Connections {
  readonly size: number;
  opened(socket: Socket): void;
  /** A request starts to come in. */
  receiving(socket: Socket): void;
  /** It is there and being handled. */
  running(socket: Socket): void;
  /** A request is over, answered or not. `received` tells whether it ever ran. */
  finished(socket: Socket, received: boolean): void;
  /** Whether an answer to the request that runs should announce the end of its connection. */
  isLast(socket: Socket): boolean;
  /** Closes a connection after the answers that are due on it. Tells whether there are any. */
  endAfterAnswers(socket: Socket): boolean;
  /** Closes idle connections now and the others after their answers. */
  endAll(): void;
  destroyAll(): void;
}

export function trackConnections(): Connections {
  const open = new Map<Socket, Connection>();
  let endingAll = false;

  const isIdle = (connection: Connection): boolean => connection.running === 0 && !connection.receiving;

  return {
    get size() {
      return open.size;
    },
    opened(socket) {
      open.set(socket, { running: 0, receiving: false, ending: endingAll });
      socket.once('close', () => open.delete(socket));
    },
    receiving(socket) {
      const connection = open.get(socket);
      if (connection) connection.receiving = true;
    },
    running(socket) {
      const connection = open.get(socket);
      if (!connection) return;
      connection.receiving = false;
      connection.running++;
    },
    finished(socket, received) {
      const connection = open.get(socket);
      if (!connection) return;
      if (received) connection.running--;
      else connection.receiving = false;
      if (connection.ending && isIdle(connection)) socket.destroySoon();
    },
    isLast(socket) {
      const connection = open.get(socket);
      return connection?.ending === true && connection.running <= 1 && !connection.receiving;
    },
    endAfterAnswers(socket) {
      const connection = open.get(socket);
      if (!connection || connection.running === 0) return false;
      connection.receiving = false;
      connection.ending = true;
      return true;
    },
    endAll() {
      endingAll = true;
      for (const [socket, connection] of open) {
        connection.ending = true;
        if (isIdle(connection)) socket.destroySoon();
      }
    },
    destroyAll() {
      for (const socket of open.keys()) socket.destroy();
    },
  };
}
