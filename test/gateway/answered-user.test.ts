import { expect } from 'chai';
import type { Target } from '../../command-service/command.js';
import type { Endpoint } from '../../gateway/endpoint.js';
import { importEndpoints } from '../../gateway/recipes/emailpassword-import.js';
import { signInEndpoints } from '../../gateway/recipes/emailpassword-sign-in.js';
import { consumeEndpoints } from '../../gateway/recipes/passwordless-consume.js';
import { thirdPartyEndpoints } from '../../gateway/recipes/thirdparty.js';
import type { CdiRequest } from '../../gateway/request.js';
import { ContentionError } from '../../infra/ports/contention.js';
import type { UserRecord } from '../../query-service/users/user-record.js';

const target: Target = { cud: '', appId: 'public', tenantId: 't1', appKey: 'public', tenantKey: 't1' };
const EMAIL = 'ann@example.org';
const BCRYPT = '$2b$04$7Tc1U.aLEVP69a0NTnZfiO6rJ9KigC8AaJ0fo.OxSV3Yn0VvsH6X.';
const CONSUMED = { deviceIdHash: 'x', failedCodeInputAttemptCount: 0, contact: { kind: 'email', value: EMAIL } };

type Found = UserRecord | null;

/** What an endpoint answers when commands have these results, and the directory these users, one after the other. */
async function answered(
  endpoint: Endpoint | undefined,
  body: object,
  results: readonly object[],
  found: readonly Found[],
): Promise<{ readonly json: Record<string, unknown>; readonly sent: number }> {
  let sent = 0;
  let asked = 0;
  const request = {
    version: '5.4',
    since: () => true,
    source: null,
    json: () => ({ value: body }),
    fields: () => body,
    tenant: () => target,
    deps: { registry: { tenant: () => undefined, config: () => ({ status: 'OK', config: {} }) } },
    send: async () => results[sent++],
    ask: async () => found[asked++],
  } as unknown as CdiRequest;
  const reply = await endpoint?.handle(request);
  return { json: JSON.parse(String(reply?.body)), sent };
}

const [signUp, signIn] = signInEndpoints;
const [importUser] = importEndpoints;
const [signInUp] = thirdPartyEndpoints;
const [, consume] = consumeEndpoints;

const account = { thirdPartyId: 'google', thirdPartyUserId: 'g-1', email: { id: EMAIL, isVerified: true } };
const code = { preAuthSessionId: 'x', deviceId: 'AAAA', userInputCode: '1' };
const there = { status: 'OK', userId: 'gone', timeJoined: null };
const made = { status: 'OK', userId: 'made', timeJoined: 7 };

/** What is left of a primary user whose own login method is gone. */
const rest: UserRecord = {
  id: 'gone',
  superTokensUserId: 'gone',
  isPrimaryUser: true,
  loginMethods: [
    {
      ...{ recipeUserId: 'other', superTokensUserId: 'other', recipeId: 'thirdparty', tenantIds: ['t1'] },
      ...{ verified: false, timeJoined: 1, email: EMAIL, thirdParty: { id: 'google', userId: 'g-2' } },
    },
  ],
};

describe('users who are deleted while somebody signs in to them', () => {
  for (const [what, found] of [
    ['a user', null],
    ['a login method', rest],
  ] as const) {
    it(`by email and password: ${what} that is gone has no credentials`, async () => {
      const { json } = await answered(signIn, { email: EMAIL, password: 'p' }, [there], [found]);
      expect(json).to.deep.equal({ status: 'WRONG_CREDENTIALS_ERROR' });
    });

    it(`by code: the code is used up with ${what} that is gone`, async () => {
      const { json } = await answered(consume, code, [{ ...there, device: CONSUMED }], [found]);
      expect(json).to.deep.equal({ status: 'RESTART_FLOW_ERROR' });
    });

    it(`by third party: ${what} that is gone is followed by a new one`, async () => {
      const { json, sent } = await answered(signInUp, account, [there, made], [found]);
      expect(sent).to.equal(2);
      expect(json).to.deep.include({ status: 'OK', createdNewUser: true, recipeUserId: 'made' });
    });

    it(`by an import: ${what} that is gone is followed by a new one`, async () => {
      const { json, sent } = await answered(importUser, { email: EMAIL, passwordHash: BCRYPT }, [there, made], [found]);
      expect(sent).to.equal(2);
      expect(json).to.deep.include({ status: 'OK', didUserAlreadyExist: false });
    });
  }

  it('by third party: one that is always deleted at once is too much', async () => {
    const answer = answered(signInUp, account, [there, there, there], [null, null, null]);
    expect(await answer.catch((error: unknown) => error)).to.be.instanceOf(ContentionError);
  });

  it('whom a request has made, it answers as it made it, whatever became of it', async () => {
    const user = { tenantIds: ['t1'], timeJoined: 7, emails: [EMAIL] };
    for (const [endpoint, body, result] of [
      [signUp, { email: ` ${EMAIL.toUpperCase()}`, password: 'p' }, made],
      [signInUp, account, made],
      [consume, code, { ...made, device: CONSUMED }],
      [importUser, { email: EMAIL, passwordHash: BCRYPT }, made],
    ] as const) {
      const { json } = await answered(endpoint, body, [result], []);
      expect(json.user).to.deep.include({ ...user, id: 'made', isPrimaryUser: false });
    }
  });
});
