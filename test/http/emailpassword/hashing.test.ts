import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { emailPasswordMethod } from '../../../domain/emailpassword/decide.js';
import { User, userStream } from '../../../domain/user/user.js';
import { foldStream } from '../../../query-service/fold-stream.js';
import { cdiClient } from '../../support/cdi.js';
import { withStores } from '../../support/opened-stores.js';
import { startAnnals } from '../../support/service.js';
import { signedUp, signInStatus } from './accounts.js';

describe('the algorithm that passwords are hashed with (30-emailpassword.md 1.2, 1.3)', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'annals-hashing-'));
  });

  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  /** The hash as the log holds it, while no service runs. */
  async function storedHash(userId: string): Promise<string | undefined> {
    return withStores(
      dataDir,
      async ({ store }) =>
        emailPasswordMethod(await foldStream(store, User, userStream('public', userId)))?.passwordHash,
    );
  }

  it('case 39: holds for new passwords alone; a sign-in leaves the stored hash as it is', async () => {
    const email = 'case39@example.org';
    const bcrypt = await startAnnals({ dataDir });
    const { id } = await signedUp(cdiClient(bcrypt.url), email, 'old');
    await bcrypt.stop();
    const before = await storedHash(id);
    expect(before).to.match(/^\$2a\$04\$/);

    const argon2 = await startAnnals({ dataDir, env: { PASSWORD_HASHING_ALG: 'argon2' } });
    expect(await signInStatus(cdiClient(argon2.url), email, 'old')).to.equal('OK');
    await argon2.stop();
    expect(await storedHash(id)).to.equal(before);

    const again = await startAnnals({ dataDir, env: { PASSWORD_HASHING_ALG: 'ARGON2' } });
    const cdi = cdiClient(again.url);
    await cdi.put('/recipe/user', { recipeUserId: id, password: 'new' });
    expect(await signInStatus(cdi, email, 'new')).to.equal('OK');
    await again.stop();
    expect(await storedHash(id)).to.match(/^\$argon2id\$v=19\$m=64,t=1,p=2\$/);
  });

  it('case 34: an imported hash is stored as it came, white space at its ends apart, and a sign-in changes nothing', async () => {
    const hash = '$2y$06$7Tc1U.aLEVP69a0NTnZfiO6rJ9KigC8AaJ0fo.OxSV3Yn0VvsH6X.';
    const annals = await startAnnals({ dataDir, env: { PASSWORD_HASHING_ALG: 'argon2' } });
    const cdi = cdiClient(annals.url);
    const body = { email: 'case34@example.org', passwordHash: ` ${hash}\n` };
    const { user } = (await cdi.post('/recipe/user/passwordhash/import', body)).json;
    expect(await signInStatus(cdi, 'case34@example.org', 'orange-Kite-27')).to.equal('OK');
    await annals.stop();
    expect(await storedHash(user.id)).to.equal(hash);
  });

  it('case 40: more argon2 at once than the server pool takes is refused, under ARGON2 alone', async () => {
    const env = { ARGON2_HASHING_POOL_SIZE: '100' };
    const failure = await startAnnals({ dataDir, env: { ...env, PASSWORD_HASHING_ALG: 'argon2' } }).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(failure).to.include("'argon2_hashing_pool_size' must be <= 'max_server_pool_size'");
    const bcrypt = await startAnnals({ dataDir, env: { ...env, PASSWORD_HASHING_ALG: 'BCRYPT' } });
    await bcrypt.stop();
  });
});
