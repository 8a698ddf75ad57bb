import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { cdiClient } from '../support/cdi.js';
import { type Annals, startAnnals } from '../support/service.js';

describe('restored backups', () => {
  let folder: string;
  let annals: Annals | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'annals-restored-'));
  });

  afterEach(async () => {
    await annals?.stop();
    annals = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (name: string) => join(folder, name);
  const signUp = (email: string) => cdiClient(annals?.url ?? '').post('/recipe/signup', { email, password: 'p' });

  it('refuses to start with a new keyring beside a log that holds events', async () => {
    annals = await startAnnals({ dataDir: folder });
    await signUp('ann@example.org');
    await annals.terminate();
    for (const name of ['keyring.db', 'keyring.db-wal', 'keyring.db-shm']) rmSync(file(name), { force: true });
    const failure = await startAnnals({ dataDir: folder }).catch((error: Error) => error.message);
    expect(failure).to.contain('What caused the crash: The event log holds events, but the keyring is new');
    annals = undefined;
  });

  it('builds views anew that are ahead of an older log, and erases as before', async () => {
    annals = await startAnnals({ dataDir: folder });
    await signUp('ann@example.org');
    await annals.terminate();
    copyFileSync(file('log.db'), file('log.backup'));
    annals = await startAnnals({ dataDir: folder });
    for (let i = 0; i < 5; i++) await signUp(`later-${i}@example.org`);
    await annals.terminate();
    copyFileSync(file('log.backup'), file('log.db'));

    annals = await startAnnals({ dataDir: folder });
    const cdi = cdiClient(annals.url);
    expect((await cdi.get('/users')).json.users).to.have.length(1);
    const again = await signUp('later-1@example.org');
    expect(again.json.status).to.equal('OK');
    const { json } = await cdi.post('/user/remove', { userId: again.json.user.id });
    expect(json).to.deep.equal({ status: 'OK' });
    expect((await cdi.get('/users')).json.users).to.have.length(1);
  });
});
