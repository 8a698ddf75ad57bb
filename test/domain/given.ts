import { expect } from 'chai';
import type { Aggregate, Decision, DomainEvent } from '../../domain/event.js';

/** What happened so far, and the decision that is put to it. */
export interface Given<S, E extends DomainEvent> {
  /** Puts a decision to the state; its events have happened for the next one. */
  when<R>(decide: (state: S) => Decision<R, E>): When<S, E, R>;
}

export interface When<S, E extends DomainEvent, R> extends Given<S, E> {
  /** Asserts the events of the last decision, and its answer: deeply equal, all of them, in order. */
  then(events: readonly E[], result: R): void;
}

/**
 * Starts a test of a decision: `given(Session, [created]).when((state) => revoke(state)).then([revoked], answer)`.
 * Every event, given or decided, must be one of the aggregate's and pass its schema unchanged.
 */
export function given<S, E extends DomainEvent>(aggregate: Aggregate<S, E>, history: readonly E[]): Given<S, E> {
  return { when: (decide) => whenDecided(aggregate, folded(aggregate, aggregate.initial, history), decide) };
}

/** The state that a history leads to, its events checked as {@link given} does. */
export function folded<S, E extends DomainEvent>(aggregate: Aggregate<S, E>, from: S, history: readonly E[]): S {
  let state = from;
  for (const event of history) {
    expectStorable(aggregate, event);
    state = aggregate.evolve(state, event);
  }
  return state;
}

function whenDecided<S, E extends DomainEvent, R>(
  aggregate: Aggregate<S, E>,
  state: S,
  decide: (state: S) => Decision<R, E>,
): When<S, E, R> {
  const { events, result } = decide(state);
  const next = folded(aggregate, state, events);
  return {
    when: (decideNext) => whenDecided(aggregate, next, decideNext),
    // biome-ignore lint/suspicious/noThenProperty: the third word of given, when, then; it is never awaited
    then(expectedEvents, expectedResult) {
      expect(events).to.deep.equal(expectedEvents);
      expect(result).to.deep.equal(expectedResult);
    },
  };
}

function expectStorable<S, E extends DomainEvent>(aggregate: Aggregate<S, E>, event: E): void {
  const type = aggregate.events.find(({ name }) => name === event.type);
  expect(type, `${event.type} is an event of ${aggregate.category}`).not.to.equal(undefined);
  expect(type?.schema.parse(event.data), `data of ${event.type}`).to.deep.equal(event.data);
}
