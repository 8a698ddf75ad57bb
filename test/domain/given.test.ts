import { AssertionError, expect } from 'chai';
import { z } from 'zod';
import { type Aggregate, accept, defineEvent, type EventOf, unchanged } from '../../domain/event.js';
import { folded, given } from './given.js';

const Counted = defineEvent('Counted', { by: z.int() });
const Foreign = defineEvent('Foreign', { by: z.int() });
type Count = EventOf<typeof Counted>;

const Counter: Aggregate<number, Count> = {
  category: 'counter',
  events: [Counted],
  initial: 0,
  evolve: (state, event) => state + event.data.by,
  subject: () => undefined,
};

describe('given / when / then', () => {
  it('puts a decision to the state that the history leads to', () => {
    given(Counter, [Counted({ by: 2 }), Counted({ by: 3 })])
      .when((state) => accept(state, Counted({ by: 1 })))
      .then([Counted({ by: 1 })], 5);
  });

  it('lets the events of one decision happen before the next', () => {
    given(Counter, [])
      .when(() => accept('counted', Counted({ by: 4 })))
      .when((state) => unchanged(state))
      .then([], 4);
  });

  it('fails when the events differ', () => {
    const decided = given(Counter, []).when(() => accept('ok', Counted({ by: 1 })));
    expect(() => decided.then([], 'ok')).to.throw(AssertionError);
    expect(() => decided.then([Counted({ by: 2 })], 'ok')).to.throw(AssertionError);
  });

  it('fails when the answer differs', () => {
    const decided = given(Counter, []).when(() => unchanged<string>('ok'));
    expect(() => decided.then([], 'no')).to.throw(AssertionError);
  });

  it('refuses an event that its schema refuses or changes', () => {
    expect(() => folded(Counter, 0, [Counted({ by: 0.5 })])).to.throw(z.ZodError);
    const surplus = { by: 1, surplus: true };
    expect(() => folded(Counter, 0, [Counted(surplus)])).to.throw(AssertionError);
  });

  it('refuses an event of another aggregate', () => {
    const foreign = Foreign({ by: 1 }) as unknown as Count;
    expect(() => folded(Counter, 0, [foreign])).to.throw('Foreign is an event of counter');
  });
});
