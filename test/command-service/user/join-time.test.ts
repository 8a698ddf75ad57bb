import { expect } from 'chai';
import { LRUCache } from 'lru-cache';
import type { CommandContext } from '../../../command-service/command.js';
import { joinTime } from '../../../command-service/user/join-time.js';

describe('the time a user joins (32-users.md 4.1)', () => {
  const at = (times: readonly number[]) => {
    const clock = [...times];
    const lastJoined = new LRUCache<string, number>({ max: 10 });
    return { now: () => clock.shift() ?? 0, memory: { lastJoined } } as unknown as CommandContext;
  };

  it('is later than that of the user before, though the clock stands still or goes back', () => {
    const context = at([1_000, 1_000, 900, 2_000]);
    const times = Array.from({ length: 4 }, () => joinTime(context, 'app'));
    expect(times).to.deep.equal([1_000, 1_001, 1_002, 2_000]);
  });

  it('is a matter of the app alone', () => {
    const context = at([1_000, 1_000]);
    expect([joinTime(context, 'a'), joinTime(context, 'b')]).to.deep.equal([1_000, 1_000]);
  });
});
