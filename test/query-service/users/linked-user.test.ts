import { expect } from 'chai';
import {
  LinkedToPrimary,
  LoginMethodLinked,
  LoginMethodUnlinked,
  PrimaryLoginMethodDeleted,
  UnlinkedFromPrimary,
  UserMadePrimary,
} from '../../../domain/accountlinking/events.js';
import type { DomainEvent, StreamId } from '../../../domain/event.js';
import { BaseApp } from '../../../domain/tenancy/app.js';
import { EmailPasswordUserSignedUp, ThirdPartyUserSignedUp, UserDeleted } from '../../../domain/user/events.js';
import { userStream } from '../../../domain/user/user.js';
import type { QueryDeps } from '../../../query-service/query.js';
import { userById } from '../../../query-service/users/user-by-id.js';
import { type Directory, emptyDirectory } from './directory.js';

const APP = 'public';
const T0 = 1_700_000_000_000;
const P = '11111111-1111-4111-8111-111111111111';
const R = '22222222-2222-4222-8222-222222222222';
const S = '33333333-3333-4333-8333-333333333333';

const fact = (userId: string, at: number) => ({ app: APP, userId, at: T0 + at });
const email = (userId: string) => `${userId.slice(0, 1)}@example.org`;
const signedUp = (userId: string, at: number) => {
  const credentials = { tenant: 'public', email: email(userId), passwordHash: 'h', cause: 'signup' } as const;
  return EmailPasswordUserSignedUp({ ...fact(userId, at), ...credentials });
};
const google = (userId: string, at: number) => {
  const account = { tenant: 'public', thirdPartyId: 'google', thirdPartyUserId: 'g-1', email: email(userId) };
  return ThirdPartyUserSignedUp({ ...fact(userId, at), ...account });
};

/** What happened in the log's order: whose stream, and what. */
type History = readonly (readonly [userId: string, event: DomainEvent])[];

const linkedTwice: History = [
  [R, google(R, 0)],
  [P, signedUp(P, 1)],
  [S, signedUp(S, 2)],
  [P, UserMadePrimary(fact(P, 3))],
  [R, LinkedToPrimary({ ...fact(R, 4), primaryUserId: P })],
  [P, LoginMethodLinked({ ...fact(P, 4), recipeUserId: R })],
  [S, LinkedToPrimary({ ...fact(S, 5), primaryUserId: P })],
  [P, LoginMethodLinked({ ...fact(P, 5), recipeUserId: S })],
];
const unlinked: History = [
  ...linkedTwice,
  [S, UnlinkedFromPrimary({ ...fact(S, 6), primaryUserId: P })],
  [P, LoginMethodUnlinked({ ...fact(P, 6), recipeUserId: S })],
];
const withoutOwn: History = [...unlinked, [P, PrimaryLoginMethodDeleted(fact(P, 7))]];
const gone: History = [
  ...withoutOwn,
  [R, UnlinkedFromPrimary({ ...fact(R, 8), primaryUserId: P })],
  [R, UserDeleted(fact(R, 8))],
  [P, UserDeleted(fact(P, 8))],
];

function nameOf({ category, path, hashed = [] }: StreamId): string {
  return `${category}-${[...path, ...hashed].join('.')}`;
}

describe('a linked user by id (32-users.md 3.1)', () => {
  let directory: Directory;

  beforeEach(async () => {
    directory = await emptyDirectory();
  });

  afterEach(() => directory.db.destroy());

  async function happened(history: History): Promise<(userId: string, isBehind: boolean) => Promise<unknown>> {
    for (const [index, [userId, event]] of history.entries())
      await directory.apply([event], { stream: nameOf(userStream(APP, userId)), position: BigInt(index + 1) });
    const deps = {
      directory: directory.db,
      store: {
        streamName: nameOf,
        readStream: async (name: string) =>
          history.filter(([userId]) => nameOf(userStream(APP, userId)) === name).map(([, event]) => event),
      },
      registry: { appByKey: () => ({ state: BaseApp.initial }) },
    };
    return (userId, isBehind) =>
      userById.answer({ ...deps, progress: { isBehind: () => isBehind } } as unknown as QueryDeps, {
        appKey: APP,
        userId,
      });
  }

  const shown = (answer: unknown): unknown => {
    const { id, isPrimaryUser, loginMethods } = answer as {
      id: string;
      isPrimaryUser: boolean;
      loginMethods: object[];
    };
    return [id, isPrimaryUser, ...loginMethods.map((method) => (method as { recipeUserId: string }).recipeUserId)];
  };

  const cases: readonly (readonly [string, History, Readonly<Record<string, unknown>>])[] = [
    [
      'all its login methods',
      linkedTwice,
      { [P]: [P, true, R, P, S], [R]: [P, true, R, P, S], [S]: [P, true, R, P, S] },
    ],
    ['those that are still linked', unlinked, { [P]: [P, true, R, P], [R]: [P, true, R, P], [S]: [S, false, S] }],
    [
      'those that are left when its own is gone',
      withoutOwn,
      { [P]: [P, true, R], [R]: [P, true, R], [S]: [S, false, S] },
    ],
    ['nobody when the last is gone', gone, { [P]: null, [R]: null, [S]: [S, false, S] }],
  ];

  for (const [what, history, expected] of cases)
    it(`is ${what}, by any of the ids, from the directory and from the streams alike`, async () => {
      const ask = await happened(history);
      for (const [userId, users] of Object.entries(expected)) {
        const fromDirectory = await ask(userId, false);
        expect(fromDirectory && shown(fromDirectory)).to.deep.equal(users);
        expect(await ask(userId, true)).to.deep.equal(fromDirectory);
      }
    });

  it('joined with its oldest login method, and lists are sorted by that', async () => {
    const times = async () => {
      const rows = await directory.db.selectFrom('memberships').select(['recipe_user_id', 'time_joined']).execute();
      const users = await directory.db.selectFrom('users').select(['user_id', 'time_joined']).execute();
      return {
        memberships: Object.fromEntries(rows.map((row) => [row.recipe_user_id, row.time_joined - T0])),
        users: Object.fromEntries(users.map((row) => [row.user_id, row.time_joined - T0])),
      };
    };
    await happened(linkedTwice);
    expect(await times()).to.deep.equal({ memberships: { [P]: 0, [R]: 0, [S]: 0 }, users: { [P]: 0 } });
    await happened(unlinked.slice(linkedTwice.length));
    expect(await times()).to.deep.equal({ memberships: { [P]: 0, [R]: 0, [S]: 2 }, users: { [P]: 0, [S]: 2 } });
  });
});
