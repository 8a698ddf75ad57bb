import { expect } from 'chai';
import fc from 'fast-check';
import type { Decision } from '../../../domain/event.js';
import type { SessionEvent } from '../../../domain/session/events.js';
import { revokeSession } from '../../../domain/session/revoke-session.js';
import { Session, type SessionState } from '../../../domain/session/session.js';
import { folded } from '../given.js';
import {
  accessToken,
  created,
  G,
  R,
  refresh54,
  refresh56,
  T0,
  type Token,
  token,
  verify54,
  verify56,
} from './fixtures.js';

/** A token by number. An access token has the number of the refresh token it goes with. */
interface Numbered {
  readonly id: number;
  readonly parent: number | null;
}

/** A session as 20-session.md 8.2 to 8.4 describe it, in numbers instead of hashes. */
interface Oracle {
  alive: boolean;
  cur: number;
  prev: number | null;
  rotatedAt: number | null;
  expiresAt: number;
}

interface World {
  readonly oracle: Oracle;
  state: SessionState;
  now: number;
  readonly refreshTokens: Numbered[];
  readonly accessTokens: Numbered[];
}

type Answer = 'OK' | 'UNAUTHORISED' | 'TOKEN_THEFT_DETECTED';

function isCurrentOrPrevious({ cur, prev }: Oracle, id: number | null): boolean {
  return id !== null && (id === cur || id === prev);
}

/** 8.3; gives the child a number whether or not it will ever be used. */
function oracleRefresh54(world: World, presented: Numbered): Answer {
  const { oracle, now } = world;
  if (!oracle.alive || oracle.expiresAt < now) return 'UNAUTHORISED';
  if (presented.id !== oracle.cur) {
    if (presented.parent !== oracle.cur) return 'TOKEN_THEFT_DETECTED';
    Object.assign(oracle, { prev: oracle.cur, cur: presented.id, rotatedAt: now, expiresAt: now + R });
  }
  const child = { id: world.refreshTokens.length, parent: presented.id };
  world.refreshTokens.push(child);
  world.accessTokens.push(child);
  return 'OK';
}

/** 8.4. */
function oracleRefresh56(world: World, presented: Numbered): Answer {
  const { oracle, now } = world;
  if (!oracle.alive || oracle.expiresAt < now) return 'UNAUTHORISED';
  const next = { id: world.refreshTokens.length, parent: presented.id };
  if (presented.id === oracle.cur || presented.parent === oracle.cur) {
    Object.assign(oracle, { prev: presented.id, cur: next.id, rotatedAt: now, expiresAt: now + R });
  } else if (presented.id === oracle.prev && oracle.rotatedAt !== null && now <= oracle.rotatedAt + G) {
    oracle.cur = next.id;
  } else {
    oracle.alive = false;
    return 'TOKEN_THEFT_DETECTED';
  }
  world.refreshTokens.push(next);
  world.accessTokens.push({ id: next.id, parent: null });
  return 'OK';
}

/** 8.2, CDI 5.5 and older, with the payload unchanged. */
function oracleVerify54(world: World, presented: Numbered, checkDatabase: boolean): Answer {
  const { oracle, now } = world;
  const isThere = oracle.alive && oracle.expiresAt > now;
  if (checkDatabase && !isThere) return 'UNAUTHORISED';
  if (presented.parent === null) return 'OK';
  if (!isThere) return 'UNAUTHORISED';
  if (presented.parent === oracle.cur) {
    Object.assign(oracle, { prev: oracle.cur, cur: presented.id, rotatedAt: now, expiresAt: now + R });
  }
  if (presented.id === oracle.cur) world.accessTokens.push({ id: presented.id, parent: null });
  return 'OK';
}

/** 8.2, CDI 5.6. */
function oracleVerify56({ oracle, now }: World, presented: Numbered): Answer {
  if (!oracle.alive || oracle.expiresAt <= now) return 'UNAUTHORISED';
  const belongs = isCurrentOrPrevious(oracle, presented.id) || isCurrentOrPrevious(oracle, presented.parent);
  return belongs ? 'OK' : 'UNAUTHORISED';
}

function hashed(numbered: Numbered): Token {
  const parent = numbered.parent === null ? undefined : token(`RT${numbered.parent}`);
  return token(`RT${numbered.id}`, parent);
}

function decide<A>(world: World, decision: (state: SessionState) => Decision<A, SessionEvent>): A {
  const { events, result } = decision(world.state);
  world.state = folded(Session, world.state, events);
  return result;
}

/** The token that a pick means. Refresh and verify always know at least the ones of the creation. */
function picked(tokens: readonly Numbered[], pick: number): Numbered {
  return tokens[tokens.length - 1 - (pick % tokens.length)] ?? { id: 0, parent: null };
}

/** One step: does to the session what it does to the oracle, and compares the answers. */
type Step = (world: World) => void;

const pick = fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(40) });

const steps: fc.Arbitrary<Step> = fc.oneof(
  pick.map((which) => (world: World) => {
    const presented = picked(world.refreshTokens, which);
    const { status } = decide(world, refresh54(hashed(presented), { now: world.now }));
    expect(status).to.equal(oracleRefresh54(world, presented));
  }),
  pick.map((which) => (world: World) => {
    const presented = picked(world.refreshTokens, which);
    const next = token(`RT${world.refreshTokens.length}`, hashed(presented));
    const { status } = decide(world, refresh56(hashed(presented), next, { now: world.now }));
    expect(status).to.equal(oracleRefresh56(world, presented));
    if (status === 'TOKEN_THEFT_DETECTED') expect(world.state.status).to.equal('revoked');
  }),
  fc.tuple(pick, fc.boolean()).map(([which, checkDatabase]) => (world: World) => {
    const presented = picked(world.accessTokens, which);
    const known = world.accessTokens.length;
    const answer = decide(world, verify54(accessToken(hashed(presented)), { now: world.now, checkDatabase }));
    expect(answer.status).to.equal(oracleVerify54(world, presented, checkDatabase));
    expect('mint' in answer && answer.mint).to.equal(world.accessTokens.length > known);
  }),
  pick.map((which) => (world: World) => {
    const presented = picked(world.accessTokens, which);
    const before = world.state;
    const { status } = decide(world, verify56(accessToken(hashed(presented)), world.now));
    expect(status).to.equal(oracleVerify56(world, presented));
    expect(world.state).to.equal(before);
  }),
);

const waits: fc.Arbitrary<Step> = fc
  .oneof(
    { weight: 4, arbitrary: fc.nat(2 * G) },
    { weight: 4, arbitrary: fc.constantFrom(1, G, G + 1) },
    { weight: 1, arbitrary: fc.constantFrom(R - 1, R, R + 1) },
  )
  .map((ms) => (world: World) => {
    world.now += ms;
  });

const revocations: fc.Arbitrary<Step> = fc.constant((world: World) => {
  const { revoked } = decide(world, (state) => revokeSession(state, 'handle', world.now));
  expect(revoked).to.equal(world.oracle.alive);
  world.oracle.alive = false;
});

const runs = fc.array(
  fc.oneof({ weight: 12, arbitrary: steps }, { weight: 3, arbitrary: waits }, { weight: 1, arbitrary: revocations }),
  { maxLength: 40 },
);

function newWorld(): World {
  const first = { id: 0, parent: null };
  return {
    oracle: { alive: true, cur: 0, prev: null, rotatedAt: null, expiresAt: T0 + R },
    state: folded(Session, Session.initial, [created()]),
    now: T0,
    refreshTokens: [first],
    accessTokens: [first],
  };
}

function expectAgreement({ state, oracle, refreshTokens }: World): void {
  if (state.status === 'none') throw new Error('the session is gone without a trace');
  expect(state.status).to.equal(oracle.alive ? 'alive' : 'revoked');
  expect(state.expiresAt).to.equal(oracle.expiresAt);
  expect(state.refreshTokenRotatedAt).to.equal(oracle.rotatedAt);
  const named = (hash2: string | null): number[] =>
    refreshTokens.filter((numbered) => hashed(numbered).hash2 === hash2).map(({ id }) => id);
  expect(named(state.refreshTokenHash2), 'current').to.deep.equal([oracle.cur]);
  expect(named(state.prevRefreshTokenHash2), 'previous').to.deep.equal(oracle.prev === null ? [] : [oracle.prev]);
}

describe('the lineage of refresh tokens', () => {
  it('follows 20-session.md 8.2 to 8.4 whatever clients of both generations do, with one current token at a time', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const world = newWorld();
        for (const step of run) {
          step(world);
          expectAgreement(world);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('a revoked session accepts none of its tokens and is never written again', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const world = newWorld();
        for (const step of run) step(world);
        decide(world, (state) => revokeSession(state, 'handle', world.now));
        const { state, now } = world;
        for (const presented of world.refreshTokens.map(hashed)) {
          for (const refresh of [
            refresh54(presented, { now }),
            refresh56(presented, token('next', presented), { now }),
          ]) {
            const { events, result } = refresh(state);
            expect(events).to.deep.equal([]);
            expect(result.status).to.equal('UNAUTHORISED');
          }
        }
        for (const presented of world.accessTokens.map((numbered) => accessToken(hashed(numbered)))) {
          for (const verify of [verify54(presented, { now, checkDatabase: true }), verify56(presented, now)]) {
            const { events, result } = verify(state);
            expect(events).to.deep.equal([]);
            expect(result.status).to.equal('UNAUTHORISED');
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
