import { expect } from 'chai';
import fc from 'fast-check';
import { projectionsOf } from '../../cli/projections-fixture.js';
import { type CdiAnswer, type CdiClient, cdiClient } from '../../support/cdi.js';
import { storesOf } from '../../support/engines.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { associate, disassociate, linking, newApp, tenantOf, thirdParty } from './linking.js';
import { brokenRules, ownersInTheWay, type ShownUser } from './oracle.js';

const TENANTS = ['public', 't1', 't2'] as const;
const EMAILS = ['a@example.org', 'b@example.org', 'c@example.org'] as const;
const ACCOUNTS = ['g-1', 'g-2'] as const;
const RUNS = 12;
const STARTING_USERS = 5;

interface World {
  readonly places: Readonly<Record<(typeof TENANTS)[number], CdiClient>>;
  /** Every id that was ever handed out. */
  readonly ids: string[];
}

type Step = (world: World) => Promise<CdiAnswer>;
/** A step with words for it, so that a failure can be read. */
interface Named {
  readonly step: Step;
  readonly [fc.toStringMethod]: () => string;
}

const named = (name: string, step: Step): Named => ({ step, [fc.toStringMethod]: () => name });
const tenant = fc.constantFrom(...TENANTS);
const email = fc.constantFrom(...EMAILS);
const account = fc.constantFrom(...ACCOUNTS);
const who = fc.nat(STARTING_USERS + 2);

/** One of the ids that there are by the time that the step is taken. */
const idAt = ({ ids }: World, index: number): string => ids[index % ids.length] ?? '';

async function remembering(world: World, answer: CdiAnswer): Promise<CdiAnswer> {
  const id = answer.json?.recipeUserId;
  if (typeof id === 'string' && !world.ids.includes(id)) world.ids.push(id);
  return answer;
}

const signUp = fc
  .tuple(tenant, email)
  .map(([place, address]) =>
    named(`sign up ${address} in ${place}`, async (world) =>
      remembering(world, await world.places[place].post('/recipe/signup', { email: address, password: 'p' })),
    ),
  );
const signInUp = fc
  .tuple(tenant, account, email)
  .map(([place, id, address]) =>
    named(`sign in ${id} as ${address} in ${place}`, async (world) =>
      remembering(world, await thirdParty(world.places[place], id, address)),
    ),
  );
const makePrimary = who.map((index) =>
  named(`make ${index} primary`, (world) => linking(world.places.public).makePrimary(idAt(world, index))),
);
const link = fc
  .tuple(who, who)
  .map(([r, p]) =>
    named(`link ${r} to ${p}`, (world) => linking(world.places.public).link(idAt(world, r), idAt(world, p))),
  );
const unlink = who.map((index) =>
  named(`unlink ${index}`, (world) => linking(world.places.public).unlink(idAt(world, index))),
);
const changeEmail = fc
  .tuple(who, email)
  .map(([index, address]) =>
    named(`change ${index} to ${address}`, (world) =>
      world.places.public.put('/recipe/user', { recipeUserId: idAt(world, index), email: address }),
    ),
  );
const join = fc
  .tuple(who, tenant)
  .map(([index, place]) =>
    named(`associate ${index} with ${place}`, (world) => associate(world.places[place], idAt(world, index))),
  );
const leave = fc
  .tuple(who, tenant)
  .map(([index, place]) =>
    named(`disassociate ${index} from ${place}`, (world) => disassociate(world.places[place], idAt(world, index))),
  );
const remove = fc
  .tuple(who, fc.boolean())
  .map(([index, all]) =>
    named(`remove ${index}${all ? ' and all' : ''}`, (world) =>
      linking(world.places.public).remove(idAt(world, index), all),
    ),
  );

const lane = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: signUp },
    { weight: 2, arbitrary: signInUp },
    { weight: 4, arbitrary: makePrimary },
    { weight: 6, arbitrary: link },
    { weight: 2, arbitrary: unlink },
    { weight: 3, arbitrary: changeEmail },
    { weight: 3, arbitrary: join },
    { weight: 1, arbitrary: leave },
    { weight: 2, arbitrary: remove },
  ),
  { minLength: 6, maxLength: 12 },
);
const lanes = fc.array(lane, { minLength: 3, maxLength: 4 });

describe('account linking by many at once (32-users.md 8.1, 10)', () => {
  let annals: Annals;
  let cdi: CdiClient;
  let apps = 0;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  async function newWorld(): Promise<World> {
    apps += 1;
    const app = await newApp(cdi, `world${apps}`);
    const places = { public: app, t1: await tenantOf(app, 't1'), t2: await tenantOf(app, 't2') };
    const world: World = { places, ids: [] };
    for (let index = 0; index < STARTING_USERS; index++) {
      const place = places[TENANTS[index % TENANTS.length] ?? 'public'];
      const answer =
        index % 2 === 0
          ? await place.post('/recipe/signup', { email: EMAILS[index % EMAILS.length], password: 'p' })
          : await thirdParty(place, ACCOUNTS[index % ACCOUNTS.length] ?? '', EMAILS[index % EMAILS.length] ?? '');
      await remembering(world, answer);
    }
    return world;
  }

  /** All users that any id still stands for; whichever id is asked, the answer is the same. */
  async function usersOf({ places, ids }: World): Promise<ShownUser[]> {
    const users = new Map<string, ShownUser>();
    for (const id of ids) {
      const { user } = (await places.public.get(`/user/id?userId=${id}`)).json;
      if (!user) continue;
      expect(users.get(user.id) ?? user, `the user of ${id}`).to.deep.equal(user);
      users.set(user.id, user);
    }
    for (const user of users.values())
      for (const { recipeUserId } of user.loginMethods) expect(ids).to.include(recipeUserId);
    return [...users.values()];
  }

  async function expectListed({ places }: World, users: readonly ShownUser[]): Promise<void> {
    for (const name of TENANTS) {
      const there = users.filter((user) => user.loginMethods.some((method) => method.tenantIds.includes(name)));
      const listed: ShownUser[] = (await places[name].get('/users?limit=500')).json.users;
      expect(listed, `users of ${name}`).to.have.deep.members(there);
      expect(listed.map((user) => user.timeJoined)).to.deep.equal(
        listed.map((user) => user.timeJoined).toSorted((a, b) => a - b),
      );
      expect((await places[name].get('/users/count')).json.count, `count of ${name}`).to.equal(there.length);
    }
    const { count } = (await places.public.get('/users/count?includeAllTenants=true')).json;
    expect(count, 'count of the app').to.equal(users.length);
  }

  /** Nothing is reserved that the rules do not say, and nothing they say is missing: both would show here. */
  async function expectChecksByTheRules({ places }: World, users: readonly ShownUser[]): Promise<void> {
    const { canBePrimary, canLink } = linking(places.public);
    const unlinked = users.filter((user) => !user.isPrimaryUser);
    for (const user of unlinked) {
      expectByTheRules((await canBePrimary(user.id)).json, ownersInTheWay(users, user));
      for (const primary of users.filter((other) => other.isPrimaryUser))
        expectByTheRules((await canLink(user.id, primary.id)).json, ownersInTheWay(users, user, primary));
    }
  }

  function expectByTheRules(answer: CdiAnswer['json'], owners: readonly string[]): void {
    if (owners.length === 0) expect(answer.status).to.equal('OK');
    else expect(owners, JSON.stringify(answer)).to.include(answer.primaryUserId);
  }

  it('leaves every account info to one primary user per tenant, and one login method per recipe', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(lanes, async (clients) => {
        const world = await newWorld();
        await Promise.all(
          clients.map(async (steps) => {
            for (const { step } of steps) {
              const { status, text } = await step(world);
              expect(status, text).to.be.oneOf([200, 400]);
            }
          }),
        );
        const users = await usersOf(world);
        expect(brokenRules(users)).to.deep.equal([]);
        await expectListed(world, users);
        await expectChecksByTheRules(world, users);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it('shows the same when the directory is built again from the log, without the keys of those who are gone', async () => {
    const { code, stdout, stderr } = await projectionsOf(await storesOf(annals.dataDir), 'verify', 'directory');
    expect(code, stdout + stderr).to.equal(0);
  });
});
