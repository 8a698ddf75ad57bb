import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { newTenant, signedUp, signInStatus } from './accounts.js';

const WRONG = 'WRONG_CREDENTIALS_ERROR';
const APPENDS = 'annals_append_seconds_count{outcome="ok"}';

/** The value of a counter of the service. */
async function counted(cdi: CdiClient, counter: string): Promise<number> {
  const { text } = await cdi.get('/metrics');
  const line = text.split('\n').find((one) => one.startsWith(`${counter} `));
  return Number(line?.slice(counter.length));
}

/** How many sign-ins were refused since the start. */
async function refused(cdi: CdiClient): Promise<{ readonly failed: number; readonly blocked: number }> {
  return {
    failed: await counted(cdi, 'annals_sign_in_failures_total'),
    blocked: await counted(cdi, 'annals_sign_in_blocked_total'),
  };
}

async function failTimes(cdi: CdiClient, email: string, times: number): Promise<void> {
  for (let time = 0; time < times; time++) expect(await signInStatus(cdi, email, 'wrong')).to.equal(WRONG);
}

async function statusFrom(cdi: CdiClient, source: string, email: string, password: string): Promise<string> {
  const headers = { 'annals-source': source };
  const { json } = await cdi.call('POST', '/recipe/signin', { body: { email, password }, headers });
  return json.status;
}

describe('protection against guessed passwords (docs/brute-force.md)', () => {
  describe('switched on', () => {
    let annals: Annals;
    let cdi: CdiClient;

    before(async () => {
      annals = await startAnnals({
        env: {
          ANNALS_SIGN_IN_LOCKOUT_FAILURES: '3',
          ANNALS_SIGN_IN_LOCKOUT_SOURCE_FAILURES: '5',
          ANNALS_SIGN_IN_BACKOFF_SEC: '3600',
        },
      });
      cdi = cdiClient(annals.url);
    });

    after(() => annals.stop());

    it('refuses the right password after too many failures, in the words of a wrong one', async () => {
      await signedUp(cdi, 'locked@example.org');
      await failTimes(cdi, 'locked@example.org', 2);
      expect(await signInStatus(cdi, 'locked@example.org', 'p')).to.equal('OK');
      await failTimes(cdi, 'locked@example.org', 3);
      const before = await refused(cdi);
      const { status, json } = await cdi.post('/recipe/signin', { email: ' LOCKED@example.org', password: 'p' });
      expect([status, json]).to.deep.equal([200, { status: WRONG }]);
      expect(await refused(cdi)).to.deep.equal({ ...before, blocked: before.blocked + 1 });
    });

    it('forgives an account its failures when it is signed in to', async () => {
      await signedUp(cdi, 'forgiven@example.org');
      for (let round = 0; round < 3; round++) {
        await failTimes(cdi, 'forgiven@example.org', 2);
        expect(await signInStatus(cdi, 'forgiven@example.org', 'p')).to.equal('OK');
      }
    });

    it('treats an email that nobody has like any other', async () => {
      const before = await refused(cdi);
      await failTimes(cdi, 'nobody@example.org', 5);
      expect(await refused(cdi)).to.deep.equal({ failed: before.failed + 3, blocked: before.blocked + 2 });
    });

    it('keeps the tenants apart', async () => {
      const t1 = await newTenant(cdi, 'apart');
      await signedUp(cdi, 'apart@example.org');
      await signedUp(t1, 'apart@example.org');
      await failTimes(t1, 'apart@example.org', 3);
      expect(await signInStatus(t1, 'apart@example.org', 'p')).to.equal(WRONG);
      expect(await signInStatus(cdi, 'apart@example.org', 'p')).to.equal('OK');
    });

    it('lets no more guesses through when they come all at once', async () => {
      await signedUp(cdi, 'burst@example.org');
      const before = await refused(cdi);
      const guesses = Array.from({ length: 12 }, () => signInStatus(cdi, 'burst@example.org', 'wrong'));
      expect(new Set(await Promise.all(guesses))).to.deep.equal(new Set([WRONG]));
      expect(await refused(cdi)).to.deep.equal({ failed: before.failed + 3, blocked: before.blocked + 9 });
    });

    it('blocks a source for all accounts, and no other source', async () => {
      await signedUp(cdi, 'ann@example.org');
      for (const name of ['a', 'b', 'c', 'd', 'e'])
        expect(await statusFrom(cdi, '198.51.100.7', `${name}@guess.example.org`, 'wrong')).to.equal(WRONG);
      expect(await statusFrom(cdi, ' 198.51.100.7', 'ann@example.org', 'p')).to.equal(WRONG);
      expect(await statusFrom(cdi, '198.51.100.8', 'ann@example.org', 'p')).to.equal('OK');
      expect(await signInStatus(cdi, 'ann@example.org', 'p')).to.equal('OK');
    });

    it('does not forgive a source its failures because of one sign-in', async () => {
      await signedUp(cdi, 'own@example.org');
      for (const name of ['f', 'g', 'h', 'i'])
        expect(await statusFrom(cdi, '2001:DB8::1', `${name}@guess.example.org`, 'wrong')).to.equal(WRONG);
      expect(await statusFrom(cdi, '2001:db8::1', 'own@example.org', 'p')).to.equal('OK');
      expect(await statusFrom(cdi, '2001:db8::1', 'j@guess.example.org', 'wrong')).to.equal(WRONG);
      expect(await statusFrom(cdi, '2001:db8::1', 'own@example.org', 'p')).to.equal(WRONG);
    });

    it('holds across a crash', async () => {
      await signedUp(cdi, 'crash@example.org');
      await failTimes(cdi, 'crash@example.org', 3);
      await annals.killAndRestart();
      expect(await signInStatus(cdi, 'crash@example.org', 'p')).to.equal(WRONG);
      expect(await refused(cdi)).to.deep.equal({ failed: 0, blocked: 1 });
    });
  });

  it('is off by default: nothing is refused, nothing is written', async () => {
    const annals = await startAnnals();
    try {
      const cdi = cdiClient(annals.url);
      await signedUp(cdi, 'off@example.org');
      const before = await counted(cdi, APPENDS);
      for (let time = 0; time < 30; time++)
        expect(await statusFrom(cdi, '198.51.100.7', 'off@example.org', 'wrong')).to.equal(WRONG);
      expect(await counted(cdi, APPENDS), 'appends').to.equal(before);
      expect(await statusFrom(cdi, '198.51.100.7', 'off@example.org', 'p')).to.equal('OK');
      expect(await refused(cdi)).to.deep.equal({ failed: 30, blocked: 0 });
    } finally {
      await annals.stop();
    }
  });
});
