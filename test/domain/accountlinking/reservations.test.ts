import { expect } from 'chai';
import {
  type Group,
  growsTooLarge,
  MAX_GROUP_SIZE,
  placeKey,
  reservationsOf,
  withMember,
  withoutMember,
} from '../../../domain/accountlinking/group.js';
import { reservationChange, reserve } from '../../../domain/accountlinking/reservations.js';
import { Identity, type IdentityState, PrimaryClaimed, PrimaryReleased } from '../../../domain/identity/identity.js';
import { folded } from '../given.js';
import { AT, emailPassword, google, group, member, P, Q, R } from './fixtures.js';

const free = Identity.initial;
const ownedBy = (userId: string): IdentityState => folded(Identity, free, [PrimaryClaimed({ userId, at: AT })]);
const claimed = PrimaryClaimed({ userId: P, at: AT });
const released = PrimaryReleased({ userId: P, at: AT });

const own = member(P, emailPassword('a@example.org', 't1'));
const alone = group(P, own);
const both = withMember(alone, member(R, google('g-1', 'b@example.org', 't2')));
const keys = (of: Group | undefined) => reservationsOf(of).map(placeKey);

describe('what a primary user reserves (32-users.md 8.1)', () => {
  it('is every account info of any login method in every tenant of any', () => {
    expect(keys(alone)).to.deep.equal(['t1 email a@example.org']);
    expect(keys(both)).to.have.members([
      ...['t1 email a@example.org', 't2 email a@example.org', 't1 email b@example.org', 't2 email b@example.org'],
      ...['t1 thirdparty ["google","g-1"]', 't2 thirdparty ["google","g-1"]'],
    ]);
  });

  it('is each once, third-party accounts first', () => {
    const same = withMember(alone, member(R, google('g-1', 'a@example.org', 't1')));
    expect(keys(same)).to.deep.equal(['t1 thirdparty ["google","g-1"]', 't1 email a@example.org']);
  });

  it('is nothing without a tenant, but counts account infos of those who are in none', () => {
    expect(keys(group(P, member(P, emailPassword('a@example.org'))))).to.deep.equal([]);
    const homeless = withMember(alone, member(R, emailPassword('b@example.org')));
    expect(keys(homeless)).to.deep.equal(['t1 email a@example.org', 't1 email b@example.org']);
  });
});

describe('reserving (32-users.md 8.1)', () => {
  it('takes what is new and gives up what is not needed any more', () => {
    const grown = reservationChange(alone, both);
    expect(grown.gained).to.have.lengthOf(5);
    expect(grown.lost).to.deep.equal([]);
    const shrunk = reservationChange(both, withoutMember(both, R));
    expect(shrunk.gained).to.deep.equal([]);
    expect(shrunk.lost).to.have.deep.members(grown.gained);
    const moved = withMember(alone, member(P, emailPassword('c@example.org', 't1')));
    expect(reserve(reservationChange(alone, moved), [free, ownedBy(P)], AT)).to.deep.equal({
      events: [[claimed], [released]],
    });
  });

  it('is refused for what another primary user has, in any of the places', () => {
    const change = reservationChange(undefined, both);
    const identities = change.gained.map(() => free);
    expect(reserve(change, identities, AT)).to.deep.equal({ events: change.gained.map(() => [claimed]) });
    for (const [index, { kind }] of change.gained.entries())
      expect(reserve(change, identities.with(index, ownedBy(Q)), AT)).to.deep.equal({
        conflict: { kind, primaryUserId: Q },
      });
  });

  it('case 46: of two conflicts the third-party account is told', () => {
    const change = reservationChange(undefined, both);
    const identities = change.gained.map(() => ownedBy(Q));
    expect(reserve(change, identities, AT)).to.deep.equal({ conflict: { kind: 'thirdparty', primaryUserId: Q } });
  });

  it('does not care for holders who are no primary users', () => {
    const held: IdentityState = { holders: { emailpassword: Q, thirdparty: Q } };
    expect(reserve(reservationChange(undefined, alone), [held], AT)).to.deep.equal({ events: [[claimed]] });
  });

  it('gives nothing up that another has', () => {
    expect(reserve(reservationChange(alone, undefined), [ownedBy(Q)], AT)).to.deep.equal({ events: [[]] });
  });
});

describe('the size of a primary user', () => {
  const sized = (tenants: number): Group =>
    group(P, member(P, emailPassword('a@example.org', ...Array.from({ length: tenants }, (_, i) => `t${i}`))));

  it('is bounded, so that one append can delete it', () => {
    const most = (MAX_GROUP_SIZE - 2) / 2;
    expect(growsTooLarge(undefined, sized(most))).to.equal(false);
    expect(growsTooLarge(undefined, sized(most + 1))).to.equal(true);
  });

  it('is no reason to refuse a change that does not add to it', () => {
    expect(growsTooLarge(sized(900), sized(900))).to.equal(false);
    expect(growsTooLarge(sized(900), sized(899))).to.equal(false);
    expect(growsTooLarge(sized(900), undefined)).to.equal(false);
  });
});
