import { expect } from 'chai';
import {
  LinkedToPrimary,
  LoginMethodLinked,
  LoginMethodUnlinked,
  PrimaryLoginMethodDeleted,
  PrimaryUserDemoted,
  UnlinkedFromPrimary,
  UserMadePrimary,
} from '../../../domain/accountlinking/events.js';
import { link } from '../../../domain/accountlinking/link.js';
import { makePrimary } from '../../../domain/accountlinking/make-primary.js';
import type { Conflict } from '../../../domain/accountlinking/reservations.js';
import { UserDeleted } from '../../../domain/user/events.js';
import { isKnownUser, primaryUserIdOf, User, userSubject } from '../../../domain/user/user.js';
import { folded, given } from '../given.js';
import { APP, AT, fact, P, Q, R, S, signedUp, user } from './fixtures.js';

const madePrimary = UserMadePrimary(fact(P));
const linked = LinkedToPrimary({ ...fact(R), primaryUserId: P });
const taken: Conflict = { kind: 'email', primaryUserId: Q };
const TAKEN = {
  status: 'ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR',
  primaryUserId: Q,
  description: "This user's email is already associated with another user ID",
} as const;

describe('making a user primary (32-users.md 8.2)', () => {
  it('case 37: once, and again', () => {
    given(User, [signedUp(P)])
      .when((state) => makePrimary(state, undefined, AT))
      .then([madePrimary], { status: 'OK', wasAlreadyAPrimaryUser: false });
    given(User, [signedUp(P), madePrimary])
      .when((state) => makePrimary(state, taken, AT))
      .then([], { status: 'OK', wasAlreadyAPrimaryUser: true });
  });

  it('case 39: not one that is linked to another', () => {
    given(User, [signedUp(R), linked])
      .when((state) => makePrimary(state, undefined, AT))
      .then([], {
        status: 'RECIPE_USER_ID_ALREADY_LINKED_WITH_PRIMARY_USER_ID_ERROR',
        primaryUserId: P,
        description: 'This user ID is already linked to another user ID',
      });
  });

  it('case 38: not one whose account info another primary user has', () => {
    given(User, [signedUp(P)])
      .when((state) => makePrimary(state, taken, AT))
      .then([], TAKEN);
  });
});

describe('linking (32-users.md 8.4)', () => {
  const nothing = { recipeUser: [], primaryUser: [] };

  it('case 42: is written on both sides', () => {
    expect(link(user(R), P, undefined, AT)).to.deep.equal({
      result: { status: 'OK', accountsAlreadyLinked: false },
      recipeUser: [linked],
      primaryUser: [LoginMethodLinked({ ...fact(P), recipeUserId: R })],
    });
  });

  it('case 41: needs a primary user, whatever else is the matter', () => {
    for (const recipeUser of [user(R), user(R, linked)])
      expect(link(recipeUser, undefined, taken, AT)).to.deep.equal({
        ...nothing,
        result: { status: 'INPUT_USER_IS_NOT_A_PRIMARY_USER' },
      });
  });

  it('case 42: changes nothing for those who are linked already, or are the same', () => {
    for (const recipeUser of [user(R, linked), user(P, madePrimary)])
      expect(link(recipeUser, P, taken, AT)).to.deep.equal({
        ...nothing,
        result: { status: 'OK', accountsAlreadyLinked: true },
      });
  });

  it('case 44: not one that is linked elsewhere, or is a primary user', () => {
    for (const recipeUser of [user(R, linked), user(P, madePrimary)])
      expect(link(recipeUser, Q, taken, AT)).to.deep.equal({
        ...nothing,
        result: {
          status: 'RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR',
          primaryUserId: P,
          description: 'The input recipe user ID is already linked to another user ID',
        },
      });
  });

  it('case 46: not if another primary user stands in the way', () => {
    expect(link(user(R), P, taken, AT)).to.deep.equal({ ...nothing, result: TAKEN });
    expect(link(user(R), P, { ...taken, kind: 'thirdparty' }, AT).result).to.deep.include({
      description: "This user's third party login is already associated with another user ID",
    });
    expect(link(user(R), P, { ...taken, kind: 'phone' }, AT).result).to.deep.include({
      description: "This user's phone number is already associated with another user ID",
    });
  });
});

describe('the links of a user', () => {
  const joins = (recipeUserId: string) => LoginMethodLinked({ ...fact(P), recipeUserId });

  it('are kept by the primary user in the order in which they were made', () => {
    const primary = user(P, madePrimary, joins(R), joins(S));
    expect(primary.linking).to.deep.equal({ kind: 'primary', linked: [R, S] });
    const fewer = folded(User, primary, [LoginMethodUnlinked({ ...fact(P), recipeUserId: R })]);
    expect(fewer.linking).to.deep.equal({ kind: 'primary', linked: [S] });
  });

  it('say which user a login method belongs to', () => {
    expect(primaryUserIdOf(user(R))).to.equal(undefined);
    expect(primaryUserIdOf(user(R, linked))).to.equal(P);
    expect(primaryUserIdOf(user(P, madePrimary))).to.equal(P);
    expect(primaryUserIdOf(user(P, madePrimary, PrimaryUserDemoted(fact(P))))).to.equal(undefined);
    const unlinked = UnlinkedFromPrimary({ ...fact(R), primaryUserId: P });
    expect(primaryUserIdOf(user(R, linked, unlinked))).to.equal(undefined);
  });

  it('keep the id of a primary user alive when its own login method is gone, and its key with it', () => {
    const tombstone = user(P, madePrimary, joins(R), PrimaryLoginMethodDeleted(fact(P)));
    expect(tombstone.method).to.equal(undefined);
    expect(isKnownUser(tombstone)).to.equal(true);
    expect(User.subject(tombstone)).to.equal(userSubject(APP, P));
    expect(folded(User, tombstone, [UserDeleted(fact(P))])).to.deep.equal(User.initial);
    expect(isKnownUser(User.initial)).to.equal(false);
  });
});
