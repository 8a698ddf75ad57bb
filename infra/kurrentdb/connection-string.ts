/** What the client knows, in the form in which it compares names. */
const OPTIONS = new Set([
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'nodepreference',
  'throwonappendfailure',
  'tls',
  'tlscafile',
  'tlsverifycert',
  'usercertfile',
  'userkeyfile',
]);

/**
 * Checks a connection string before the client sees it, which prints those that it doesn't like with their password.
 *
 * @throws an error without the string in it
 */
export function checkConnectionString(url: string): void {
  const parts = /^(?:kurrentdb|kurrent|kdb)(?:\+discover)?:\/\/(?:[^:@/?]+:[^@/?]+@)?[^@/?]+\/?(?:\?([^?]*))?$/.exec(
    url,
  );
  if (!parts) {
    throw new Error(
      'The connection string must look like kurrentdb://user:password@host:2113,host:2113?tls=true (special characters of the password as %xx)',
    );
  }
  for (const option of (parts[1] ?? '').split('&').filter(Boolean)) {
    const [name = '', value] = option.split('=');
    const flat = name.toLowerCase().replaceAll(/[-_]/g, '');
    if (!OPTIONS.has(flat)) throw new Error(`KurrentDB's client knows no option ${JSON.stringify(name)}`);
    if (flat === 'throwonappendfailure' && value !== 'true') {
      throw new Error(
        'The connection string must not turn throwOnAppendFailure off: failures would look like successes',
      );
    }
  }
}
