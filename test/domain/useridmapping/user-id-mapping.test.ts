import { expect } from 'chai';
import {
  changeInfo,
  endMapping,
  type MappingFacts,
  type MapUserId,
  mapUserId,
  unmapUserId,
} from '../../../domain/useridmapping/decide.js';
import {
  ExternalUserIdInfoChanged,
  ExternalUserIdReleased,
  ExternalUserIdTaken,
  UserIdMapped,
  UserIdUnmapped,
} from '../../../domain/useridmapping/events.js';
import { ExternalUserId, UserIdMapping } from '../../../domain/useridmapping/user-id-mapping.js';
import { folded } from '../given.js';

const T0 = 1_700_000_000_000;
const APP = 'public';
const USER = '6e7a3f52-1c0b-4d0f-9a51-0b7c6d5e4f3a';
const user = { app: APP, userId: USER, at: T0 };
const mapped = UserIdMapped({ ...user, externalUserId: 'ext', info: 'note', forced: false });
const own = folded(UserIdMapping, UserIdMapping.initial, [mapped]);

const free: MappingFacts = {
  external: ExternalUserId.initial,
  own: UserIdMapping.initial,
  isKnown: true,
  isExternalKnown: false,
  usedBy: [],
};
const wish: MapUserId = {
  appKey: APP,
  superTokensUserId: USER,
  externalUserId: 'ext',
  info: null,
  force: false,
  rekeys: true,
};
const answer = (facts: Partial<MappingFacts>, command: Partial<MapUserId> = {}) =>
  mapUserId({ ...free, ...facts }, { ...wish, ...command }, T0).result;
const inUse = (recipe: string) => ({ status: 'BAD_INPUT', message: `UserId is already in use in ${recipe} recipe` });
const exists = (doesSuperTokensUserIdExist: boolean, doesExternalUserIdExist: boolean) => ({
  status: 'USER_ID_MAPPING_ALREADY_EXISTS_ERROR',
  doesSuperTokensUserIdExist,
  doesExternalUserIdExist,
});

describe('user-id mapping (32-users.md 7)', () => {
  it('is written on both sides', () => {
    const { result, mapping, external } = mapUserId(free, wish, T0);
    expect(result).to.deep.equal({ status: 'OK' });
    expect(mapping).to.deep.equal([UserIdMapped({ ...user, externalUserId: 'ext', info: null, forced: false })]);
    expect(external).to.deep.equal([ExternalUserIdTaken(user)]);
    expect(folded(ExternalUserId, ExternalUserId.initial, external)).to.deep.equal({ userId: USER });
  });

  it('case 31: a taken external id comes before everything, an unknown user before the rest', () => {
    const worst = { isKnown: false, isExternalKnown: true, usedBy: ['Session'], own } as const;
    expect(answer({ ...worst, external: { userId: USER } })).to.deep.equal(exists(true, true));
    expect(answer({ ...worst, external: { userId: 'another' } })).to.deep.equal(exists(false, true));
    expect(answer(worst)).to.deep.equal({ status: 'UNKNOWN_SUPERTOKENS_USER_ID_ERROR' });
    expect(answer({ own })).to.deep.equal(exists(true, false));
  });

  it('case 32: an external id that is an auth id takes force', () => {
    const shadow = { isExternalKnown: true, usedBy: ['Session'], own } as const;
    expect(answer(shadow)).to.deep.equal({
      status: 'BAD_INPUT',
      message: 'Cannot create a userId mapping where the externalId is also a SuperTokens userID',
    });
    expect(answer({ isExternalKnown: true }, { force: true })).to.deep.equal({ status: 'OK' });
    expect(answer(shadow, { force: true })).to.deep.equal(exists(true, false));
  });

  it('case 33: the first recipe in use is in the way, email verification alone moves along from CDI 4.0 on', () => {
    expect(answer({ usedBy: ['UserMetadata', 'UserRoles'], own })).to.deep.equal(inUse('UserMetadata'));
    expect(answer({ usedBy: ['UserRoles', 'EmailVerification'] })).to.deep.equal(inUse('UserRoles'));
    expect(answer({ usedBy: ['EmailVerification', 'TOTP'] })).to.deep.equal(inUse('EmailVerification'));
    expect(answer({ usedBy: ['EmailVerification'] }, { rekeys: false })).to.deep.equal(inUse('EmailVerification'));
    expect(answer({ usedBy: ['EmailVerification'] })).to.deep.equal({ status: 'OK' });
    expect(answer({ usedBy: ['EmailVerification'], own })).to.deep.equal(exists(true, false));
    const moves = (force: boolean) =>
      mapUserId({ ...free, usedBy: ['EmailVerification'] }, { ...wish, force }, T0).movesEmailVerification;
    expect(moves(false)).to.equal(true);
    expect(moves(true)).to.equal(false);
  });

  it('case 35: data under the external id are in the way of removal, but for force and ids of other users', () => {
    const facts = { force: false, isExternalKnown: false, usedBy: ['UserMetadata'] } as const;
    expect(unmapUserId(own, facts, T0)).to.deep.equal({ result: inUse('UserMetadata'), mapping: [], external: [] });
    const removed = {
      result: { status: 'OK', didMappingExist: true },
      mapping: [UserIdUnmapped({ ...user, cause: 'request' })],
      external: [ExternalUserIdReleased(user)],
    };
    expect(unmapUserId(own, { ...facts, force: true }, T0)).to.deep.equal(removed);
    expect(unmapUserId(own, { ...facts, isExternalKnown: true }, T0)).to.deep.equal(removed);
    expect(unmapUserId(UserIdMapping.initial, facts, T0).result).to.deep.equal({
      status: 'OK',
      didMappingExist: false,
    });
    expect(folded(UserIdMapping, own, removed.mapping).mapping).to.equal(undefined);
    expect(folded(ExternalUserId, { userId: USER }, removed.external)).to.deep.equal({ userId: undefined });
  });

  it('ends with its user, if there is one', () => {
    expect(endMapping(own, 'user-deleted', T0).mapping).to.deep.equal([
      UserIdUnmapped({ ...user, cause: 'user-deleted' }),
    ]);
    expect(endMapping(UserIdMapping.initial, 'user-deleted', T0)).to.deep.equal({ mapping: [], external: [] });
  });

  it('keeps what is noted about an external id, until it is changed or cleared', () => {
    expect(own.mapping).to.deep.equal({ externalUserId: 'ext', info: 'note' });
    const cleared = [ExternalUserIdInfoChanged({ ...user, info: null })];
    expect(changeInfo(own, null, T0)).to.deep.equal({ status: 'OK', events: cleared });
    expect(folded(UserIdMapping, own, cleared).mapping).to.deep.equal({ externalUserId: 'ext', info: null });
    expect(changeInfo(own, 'note', T0)).to.deep.equal({ status: 'OK', events: [] });
    expect(changeInfo(UserIdMapping.initial, 'x', T0)).to.deep.equal({ status: 'UNKNOWN_MAPPING_ERROR', events: [] });
  });

  it('folds erased events to no mapping, under the subject of the user', () => {
    const state = folded(UserIdMapping, UserIdMapping.initial, [
      UserIdMapped({ ...mapped.data, externalUserId: null, info: null }),
      ExternalUserIdInfoChanged({ ...user, info: null }),
    ]);
    expect(state.mapping).to.equal(undefined);
    expect(UserIdMapping.subject(state)).to.equal(`user:${APP}:${USER}`);
  });
});
