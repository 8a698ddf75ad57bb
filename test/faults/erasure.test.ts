import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../support/cdi.js';
import { type Annals, startAnnals } from '../support/service.js';

const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

const EMAIL = 'erased-person@example.org';
const CHANGED_EMAIL = 'erased-person-renamed@example.org';
const EXTERNAL_ID = 'erased-person-id';
const SECRETS = ['erased-person', 'erased-jwt-claim', 'erased-session-datum', 'erased-metadatum'];
const OTHER = 'remaining-person@example.org';

describe('erasure of a person', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  /** Names of the files, WAL included, that hold any of the texts. */
  function filesWith(texts: readonly string[]): string[] {
    return readdirSync(annals.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => {
        const bytes = readFileSync(file);
        return texts.some((text) => bytes.includes(text));
      });
  }

  const annalsCommand = (...args: string[]) =>
    promisify(execFile)(process.execPath, [MAIN, ...args], {
      env: { ...process.env, ANNALS_DATA_DIR: annals.dataDir },
    });

  it('leaves nothing of the person in log, views or files, and a rebuild still works', async function () {
    this.timeout(60_000);
    const { json: signedUp } = await cdi.post('/recipe/signup', { email: EMAIL, password: 'erased-person-password' });
    await cdi.post('/recipe/signup', { email: OTHER, password: 'p' });
    const { id } = signedUp.user;
    await cdi.put('/recipe/user', { recipeUserId: id, email: CHANGED_EMAIL });
    await cdi.post('/recipe/user/password/reset/token', { userId: id, email: CHANGED_EMAIL });
    const verify = async (userId: string, email: string) => {
      const { json } = await cdi.post('/recipe/user/email/verify/token', { userId, email });
      const verified = await cdi.post('/recipe/user/email/verify', { method: 'token', token: json.token });
      expect(verified.json).to.deep.equal({ status: 'OK', userId, email });
    };
    await verify(id, CHANGED_EMAIL);
    const mapped = await cdi.post('/recipe/userid/map', { superTokensUserId: id, externalUserId: EXTERNAL_ID });
    expect(mapped.json).to.deep.equal({ status: 'OK' });
    const session = await cdi.post('/recipe/session', {
      userId: id,
      userDataInJWT: { claim: 'erased-jwt-claim' },
      userDataInDatabase: { datum: 'erased-session-datum' },
      enableAntiCsrf: false,
    });
    expect(session.json.status).to.equal('OK');
    await cdi.put('/recipe/user/metadata', { userId: EXTERNAL_ID, metadataUpdate: { datum: 'erased-metadatum' } });
    await verify(EXTERNAL_ID, EMAIL);
    await cdi.put('/recipe/role', { role: 'reader' });
    await cdi.put('/recipe/user/role', { userId: EXTERNAL_ID, role: 'reader' });
    expect(filesWith(SECRETS), 'the views hold the person while it exists').to.not.be.empty;
    const inLog = filesWith(SECRETS).filter((file) => file.includes('log.db'));
    expect(inLog, 'the log never holds personal data in clear').to.deep.equal([]);

    expect((await cdi.post('/user/remove', { userId: id })).json).to.deep.equal({ status: 'OK' });
    expect((await cdi.get(`/user/id?userId=${id}`)).json).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
    expect((await cdi.get(`/recipe/user/metadata?userId=${EXTERNAL_ID}`)).json.metadata).to.deep.equal({});
    expect((await cdi.get('/recipe/role/users?role=reader')).json.users).to.deep.equal([]);
    const gone = await cdi.get(`/recipe/session?sessionHandle=${session.json.session.handle}`);
    expect(gone.json.status).to.equal('UNAUTHORISED');

    expect(await annals.terminate()).to.equal(0);
    expect(filesWith(SECRETS)).to.deep.equal([]);

    await annalsCommand('projections', 'rebuild', '--grace', '0');
    expect(filesWith(SECRETS)).to.deep.equal([]);
    const { stdout } = await annalsCommand('projections', 'verify');
    expect(stdout)
      .to.match(/directory.*equal/i)
      .and.to.match(/sessions.*equal/i);

    await annals.killAndRestart();
    expect((await cdi.get(`/user/id?userId=${id}`)).json).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
    const remaining = await cdi.post('/recipe/signin', { email: OTHER, password: 'p' });
    expect(remaining.json.status, 'others are untouched').to.equal('OK');
    const again = await cdi.post('/recipe/signup', { email: CHANGED_EMAIL, password: 'p' });
    expect(again.json.status, 'the email is free again').to.equal('OK');
  });
});
