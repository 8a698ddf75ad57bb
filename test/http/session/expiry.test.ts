import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';

const DEADLINE_MS = 10_000;

describe('RemoveOldSessions (00-conventions.md 16)', () => {
  let annals: Annals;

  before(async () => {
    // 0.01 minutes: sessions end 600 ms after they began.
    annals = await startAnnals({ env: { ACCESS_TOKEN_VALIDITY: '1', REFRESH_TOKEN_VALIDITY: '0.01' } });
  });

  after(() => annals.stop());

  function storedSessions(): number {
    const db = new Database(join(annals.dataDir, 'sessions.db'), { readonly: true });
    try {
      return db.prepare<[], { count: number }>('SELECT count(*) AS count FROM sessions').get()?.count ?? -1;
    } finally {
      db.close();
    }
  }

  it('ends sessions whose time is over, more than one append at once takes', async () => {
    const cdi = cdiClient(annals.url);
    const body = { userId: 'u', userDataInJWT: {}, userDataInDatabase: {}, enableAntiCsrf: false };
    await Promise.all(Array.from({ length: 70 }, () => cdi.post('/recipe/session', body)));
    expect(storedSessions()).to.equal(70);
    await sleep(700);
    // In test mode jobs run at once after the start.
    await annals.killAndRestart();
    const deadline = Date.now() + DEADLINE_MS;
    while (storedSessions() > 0 && Date.now() < deadline) await sleep(50);
    expect(storedSessions()).to.equal(0);
  });
});
