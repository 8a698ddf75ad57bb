import type { Socket } from 'node:net';
import type { Connections } from './connections.js';

/** A method that this parser does not know, in a request line that is otherwise in order. */
const UNKNOWN_METHOD = /^[A-Za-z-]+ [/*]/;

/**
 * Ends a connection on which no further request can be understood: at once, with an answer to the request at fault, or
 * after the answers to the requests before it.
 */
export function rejectMalformed(error: Error, socket: Socket, connections: Connections): void {
  const code = 'code' in error ? String(error.code) : '';
  if (!socket.writable || code === 'ECONNRESET' || code === 'EPIPE') {
    socket.destroy();
    return;
  }
  if (connections.endAfterAnswers(socket)) return;
  const reason = reasonOf(code, error);
  const body = `${reason.slice(4)}\n`;
  socket.end(
    `HTTP/1.1 ${reason}\r\nConnection: close\r\nContent-Type: text/html;charset=UTF-8\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

function reasonOf(code: string, error: Error): string {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout';
  if (code === 'HPE_INVALID_METHOD' && 'rawPacket' in error && UNKNOWN_METHOD.test(String(error.rawPacket))) {
    return '501 Not Implemented';
  }
  return '400 Bad Request';
}
