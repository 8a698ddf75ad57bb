import { expect } from 'chai';
import {
  claim,
  Identity,
  IdentityClaimed,
  type IdentityEvent,
  IdentityReleased,
  type IdentityState,
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
