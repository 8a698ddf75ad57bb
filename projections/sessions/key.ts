/** The app key and handle that a session's stream is named after: `session-<app key>.<handle>`. */
export function sessionKeyOf(stream: string): { readonly appKey: string; readonly handle: string } {
  const dot = stream.lastIndexOf('.');
  return { appKey: stream.slice('session-'.length, dot), handle: stream.slice(dot + 1) };
}
