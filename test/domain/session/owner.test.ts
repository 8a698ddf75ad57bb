import { expect } from 'chai';
import { ownerAtCreation, ownerAtRefresh, unknownOwner } from '../../../domain/session/owner.js';

describe('user ids of a session', () => {
  it('an id that nobody knows is all three ids, the empty one too', () => {
    for (const id of ['u1', '']) {
      const owner = { recipeUserId: id, subjectUserId: id, userId: id };
      expect(ownerAtCreation(id, unknownOwner)).to.deep.equal(owner);
      expect(ownerAtRefresh(id, unknownOwner)).to.deep.equal(owner);
    }
  });

  it('case 10: a linked login has its primary as user, a primary itself', () => {
    expect(ownerAtCreation('L', { ...unknownOwner, primaryUserId: 'P' })).to.deep.equal({
      recipeUserId: 'L',
      subjectUserId: 'L',
      userId: 'P',
    });
    expect(ownerAtCreation('P', { ...unknownOwner, primaryUserId: 'P' })).to.deep.equal({
      recipeUserId: 'P',
      subjectUserId: 'P',
      userId: 'P',
    });
  });

  it('case 11: mapped ids show as their external ids, whichever of the two was given', () => {
    const facts = { mappedTo: undefined, externalId: 'extL', primaryUserId: 'P', primaryExternalId: 'extP' };
    const owner = { recipeUserId: 'extL', subjectUserId: 'L', userId: 'extP' };
    expect(ownerAtCreation('L', facts)).to.deep.equal(owner);
    expect(ownerAtCreation('extL', { ...facts, mappedTo: 'L' })).to.deep.equal(owner);
  });

  it('a mapped login that is its own primary shows its external id as user', () => {
    const facts = { ...unknownOwner, mappedTo: 'u1', externalId: 'ext1' };
    const owner = { recipeUserId: 'ext1', subjectUserId: 'u1', userId: 'ext1' };
    expect(ownerAtCreation('ext1', facts)).to.deep.equal(owner);
    expect(ownerAtCreation('ext1', { ...facts, primaryUserId: 'u1' })).to.deep.equal(owner);
  });

  it('a primary without a mapping shows its own id, though the login has one', () => {
    expect(ownerAtCreation('L', { ...unknownOwner, externalId: 'extL', primaryUserId: 'P' })).to.deep.equal({
      recipeUserId: 'extL',
      subjectUserId: 'L',
      userId: 'P',
    });
  });

  it('case 35: a mapping made after the session changes the user id and not the stored one', () => {
    expect(ownerAtRefresh('u1', { ...unknownOwner, externalId: 'ext1' })).to.deep.equal({
      recipeUserId: 'u1',
      subjectUserId: 'u1',
      userId: 'ext1',
    });
  });

  it('a link made after the session changes the user id and not the stored one', () => {
    const facts = { mappedTo: 'L', externalId: 'extL', primaryUserId: 'P', primaryExternalId: undefined };
    expect(ownerAtRefresh('extL', facts)).to.deep.equal({ recipeUserId: 'extL', subjectUserId: 'L', userId: 'P' });
  });
});
