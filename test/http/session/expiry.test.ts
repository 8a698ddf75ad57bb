import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { BEGINNING } from '../../../infra/ports/event-log.js';
import { cdiClient } from '../../support/cdi.js';
import { withStores } from '../../support/opened-stores.js';
import { type Annals, startAnnals } from '../../support/service.js';

const DEADLINE_MS = 30_000;

describe('RemoveOldSessions (00-conventions.md 16)', function () {
  this.timeout(60_000);
  let annals: Annals;

  before(async () => {
    // 0.01 minutes: sessions end 600 ms after they began.
    annals = await startAnnals({ env: { ACCESS_TOKEN_VALIDITY: '1', REFRESH_TOKEN_VALIDITY: '0.01' } });
  });

  after(() => annals.stop());

  const countOf = async (type: string): Promise<number> => {
    const filter = { typePrefixes: [type] };
    const found = await withStores(annals.dataDir, ({ log }) =>
      log.readAll({ after: BEGINNING, limit: 1_000, filter }),
    );
    return found.length;
  };

  /** Rows of the view, where they are kept in tables. */
  const storedSessions = (): Promise<number | undefined> =>
    withStores(annals.dataDir, async ({ sessions }) =>
      sessions.database
        ? (await sessions.database.reader.selectFrom('sessions').select('handle').execute()).length
        : undefined,
    );

  it('ends sessions whose time is over, more than one append at once takes', async () => {
    const cdi = cdiClient(annals.url);
    const body = { userId: 'u', userDataInJWT: {}, userDataInDatabase: {}, enableAntiCsrf: false };
    await Promise.all(Array.from({ length: 70 }, () => cdi.post('/recipe/session', body)));
    expect(await countOf('SessionCreated')).to.equal(70);
    expect(await countOf('SessionRevoked')).to.equal(0);
    expect(await storedSessions()).to.be.oneOf([70, undefined]);
    await sleep(700);
    // In test mode jobs run at once after the start.
    await annals.killAndRestart();
    const deadline = Date.now() + DEADLINE_MS;
    while ((await countOf('SessionRevoked')) < 70 && Date.now() < deadline) await sleep(300);
    expect(await countOf('SessionRevoked')).to.equal(70);
    while ((await storedSessions()) && Date.now() < deadline) await sleep(300);
    expect(await storedSessions()).to.be.oneOf([0, undefined]);
  });
});
