import { expect } from 'chai';
import {
  type Departure,
  departureEvents,
  departureOnDeletion,
  departureOnUnlink,
} from '../../../domain/accountlinking/departure.js';
import {
  LoginMethodUnlinked,
  PrimaryLoginMethodDeleted,
  PrimaryUserDemoted,
  UnlinkedFromPrimary,
} from '../../../domain/accountlinking/events.js';
import type { Group } from '../../../domain/accountlinking/group.js';
import { UserDeleted } from '../../../domain/user/events.js';
import { APP, AT, fact, groupOf, P, R, S } from './fixtures.js';

const all = groupOf(P, P, R, S);
/** The primary user's own login method is gone. */
const tombstone = groupOf(P, R);

/** What is written for a departure, by user. */
function written(group: Group | undefined, departure: Departure): object {
  return Object.fromEntries(departureEvents(APP, group, departure, AT));
}

const gone = (userId: string) => UserDeleted(fact(userId));
const left = (userId: string) => UnlinkedFromPrimary({ ...fact(userId), primaryUserId: P });
const lost = (recipeUserId: string) => LoginMethodUnlinked({ ...fact(P), recipeUserId });

describe('deleting a user (32-users.md 6.1)', () => {
  it('an unlinked one is gone, whatever is said of linked accounts', () => {
    for (const removeAll of [true, false]) {
      const departure = departureOnDeletion(R, undefined, removeAll);
      expect(departure).to.deep.equal({ deleted: [R], ended: [R], unlinked: [], after: undefined });
      expect(written(undefined, departure)).to.deep.equal({ [R]: [gone(R)] });
    }
  });

  it('case 26: with all linked accounts everybody is gone, whoever is named', () => {
    for (const named of [P, R, S]) {
      const departure = departureOnDeletion(named, all, true);
      expect(departure).to.deep.include({ deleted: [P, R, S], ended: [P, R, S], after: undefined });
      expect(written(all, departure)).to.deep.equal({
        [P]: [gone(P)],
        [R]: [left(R), gone(R)],
        [S]: [left(S), gone(S)],
      });
    }
  });

  it('case 26: and so is a primary id whose own login method was gone before', () => {
    const departure = departureOnDeletion(P, tombstone, true);
    expect(departure).to.deep.include({ deleted: [R], ended: [P, R] });
    expect(written(tombstone, departure)).to.deep.equal({ [P]: [gone(P)], [R]: [left(R), gone(R)] });
  });

  it('case 24: of one linked login method alone, the others stay', () => {
    const departure = departureOnDeletion(R, all, false);
    expect(departure).to.deep.equal({ deleted: [R], ended: [R], unlinked: [], after: groupOf(P, P, S) });
    expect(written(all, departure)).to.deep.equal({ [R]: [left(R), gone(R)], [P]: [lost(R)] });
  });

  it("case 25: of the primary user's own alone, its id and what is kept under it stay", () => {
    const departure = departureOnDeletion(P, all, false);
    expect(departure).to.deep.equal({ deleted: [P], ended: [], unlinked: [], after: groupOf(P, R, S) });
    expect(written(all, departure)).to.deep.equal({ [P]: [PrimaryLoginMethodDeleted(fact(P))] });
  });

  it('case 25: of the last one of such an id, the id is gone too', () => {
    const departure = departureOnDeletion(R, tombstone, false);
    expect(departure).to.deep.include({ deleted: [R], ended: [P, R], after: undefined });
    expect(written(tombstone, departure)).to.deep.equal({ [R]: [left(R), gone(R)], [P]: [gone(P)] });
  });

  it('W5: of such an id alone there is nothing to delete', () => {
    const departure = departureOnDeletion(P, tombstone, false);
    expect(written(tombstone, departure)).to.deep.equal({});
  });

  it('a primary user of one login method is gone altogether', () => {
    const alone = groupOf(P, P);
    expect(written(alone, departureOnDeletion(P, alone, false))).to.deep.equal({ [P]: [gone(P)] });
  });
});

describe('unlinking (32-users.md 8.6)', () => {
  it('case 48: does nothing to an unlinked user', () => {
    const departure = departureOnUnlink(R, undefined);
    expect(departure).to.deep.include({ wasRecipeUserDeleted: false, wasLinked: false });
    expect(written(undefined, departure)).to.deep.equal({});
  });

  it('case 48: makes a linked login method a user of its own', () => {
    const departure = departureOnUnlink(R, all);
    expect(departure).to.deep.include({ wasRecipeUserDeleted: false, wasLinked: true, after: groupOf(P, P, S) });
    expect(written(all, departure)).to.deep.equal({ [R]: [left(R)], [P]: [lost(R)] });
  });

  it('case 49: of a primary user alone, that is not primary any more', () => {
    const alone = groupOf(P, P);
    const departure = departureOnUnlink(P, alone);
    expect(departure).to.deep.include({ wasRecipeUserDeleted: false, wasLinked: true, after: undefined, ended: [] });
    expect(written(alone, departure)).to.deep.equal({ [P]: [PrimaryUserDemoted(fact(P))] });
  });

  it("case 49: of the primary user's own while others remain, deletes it and keeps its id", () => {
    const departure = departureOnUnlink(P, all);
    expect(departure).to.deep.include({ wasRecipeUserDeleted: true, wasLinked: true, after: groupOf(P, R, S) });
    expect(written(all, departure)).to.deep.equal({ [P]: [PrimaryLoginMethodDeleted(fact(P))] });
  });

  it('W4: of an id without a login method of its own does nothing', () => {
    const departure = departureOnUnlink(P, tombstone);
    expect(departure).to.deep.include({ wasRecipeUserDeleted: false, wasLinked: false });
    expect(written(tombstone, departure)).to.deep.equal({});
  });

  it('W6: of the last one of such an id ends the id', () => {
    const departure = departureOnUnlink(R, tombstone);
    expect(departure).to.deep.include({ wasRecipeUserDeleted: false, wasLinked: true, ended: [P], after: undefined });
    expect(written(tombstone, departure)).to.deep.equal({ [R]: [left(R)], [P]: [gone(P)] });
  });
});
