import { expect } from 'chai';
import {
  claim,
  Identity,
  IdentityClaimed,
  type IdentityEvent,
  IdentityReleased,
  type IdentityState,
  PrimaryClaimed,
  PrimaryReleased,
  release,
} from '../../../domain/identity/identity.js';
import { folded } from '../given.js';

const AT = 1_700_000_000_000;
const claimed = (userId: string): IdentityEvent => IdentityClaimed({ recipe: 'emailpassword', userId, at: AT });
const released = (userId: string): IdentityEvent => IdentityReleased({ recipe: 'emailpassword', userId, at: AT });
const after = (...history: IdentityEvent[]): IdentityState => folded(Identity, Identity.initial, history);

describe('an account info in a tenant (30-emailpassword.md 1.1)', () => {
  it('is free to be claimed by a login method', () => {
    expect(claim(after(), 'emailpassword', 'u1', AT)).to.deep.equal({ events: [claimed('u1')] });
  });

  it('has one holder per recipe', () => {
    expect(claim(after(claimed('u1')), 'emailpassword', 'u2', AT)).to.deep.equal({ heldBy: 'u1' });
  });

  it('may be held under another recipe by somebody else', () => {
    expect(claim(after(claimed('u1')), 'thirdparty', 'u2', AT)).to.deep.equal({
      events: [IdentityClaimed({ recipe: 'thirdparty', userId: 'u2', at: AT })],
    });
  });

  it('is claimed by its holder without an event', () => {
    expect(claim(after(claimed('u1')), 'emailpassword', 'u1', AT)).to.deep.equal({ events: [] });
  });

  it('is released by its holder, and free again', () => {
    expect(release(after(claimed('u1')), 'emailpassword', 'u1', AT)).to.deep.equal([released('u1')]);
    expect(after(claimed('u1'), released('u1')).holders).to.deep.equal({});
  });

  it('is not released by somebody who does not hold it', () => {
    expect(release(after(claimed('u1')), 'emailpassword', 'u2', AT)).to.deep.equal([]);
    expect(release(after(), 'emailpassword', 'u1', AT)).to.deep.equal([]);
  });

  it('stays with its holder when somebody else releases it', () => {
    expect(after(claimed('u1'), released('u2')).holders).to.deep.equal({ emailpassword: 'u1' });
  });

  it('is released per recipe', () => {
    const byThirdParty = IdentityClaimed({ recipe: 'thirdparty', userId: 'u2', at: AT });
    expect(after(claimed('u1'), byThirdParty, released('u1')).holders).to.deep.equal({ thirdparty: 'u2' });
  });
});

describe('an account info that a primary user keeps to itself (32-users.md 8.1)', () => {
  const kept = PrimaryClaimed({ userId: 'p1', at: AT });
  const givenUp = (userId: string): IdentityEvent => PrimaryReleased({ userId, at: AT });

  it('has one primary user, next to the login methods that hold it', () => {
    expect(after(claimed('u1'), kept)).to.deep.equal({ holders: { emailpassword: 'u1' }, primary: 'p1' });
    expect(after(kept, claimed('u1'), released('u1'))).to.deep.equal({ holders: {}, primary: 'p1' });
  });

  it('does not hinder another login method of the recipe', () => {
    expect(claim(after(kept), 'emailpassword', 'u1', AT)).to.deep.equal({ events: [claimed('u1')] });
  });

  it('is free when the primary user gives it up, and nobody else can', () => {
    expect(after(claimed('u1'), kept, givenUp('p1'))).to.deep.equal({ holders: { emailpassword: 'u1' } });
    expect(after(kept, givenUp('p2')).primary).to.equal('p1');
  });
});
