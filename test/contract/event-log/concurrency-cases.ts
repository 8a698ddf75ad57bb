import { expect } from 'chai';
import fc from 'fast-check';
import type { AppendResult, EventLog, Expected, NewRecord, StreamCheck } from '../../../infra/ports/event-log.js';
import { eventsAfter, freshCategory, freshStream, idsOf, record, records } from './fixture.js';

interface Attempt {
  readonly news: readonly NewRecord[];
  readonly checks: readonly StreamCheck[];
  readonly result: AppendResult;
}

const STREAMS = 3;

/** Per append: which streams it writes to, and what it expects of which streams. */
const appendPlan = fc.record({
  writes: fc.array(fc.nat(STREAMS - 1), { minLength: 1, maxLength: 4 }),
  expects: fc.uniqueArray(
    fc.record({
      stream: fc.nat(STREAMS - 1),
      expected: fc.oneof(fc.constant<Expected>('no-stream'), fc.nat(6), fc.constant<'current'>('current')),
    }),
    { maxLength: STREAMS, selector: (check) => check.stream },
  ),
});

export function concurrencyCases(log: () => EventLog): void {
  it('lets exactly one of many writers begin a stream', async () => {
    const stream = freshStream();
    const attempts = await Promise.all(
      Array.from({ length: 40 }, () => log().append(records(stream, 2), [{ stream, expected: 'no-stream' }])),
    );
    expect(attempts.filter((result) => result.ok)).to.have.length(1);
    for (const result of attempts) {
      if (!result.ok) expect(result.violations).to.deep.equal([{ stream, expected: 'no-stream', actual: 1 }]);
    }
    expect(await log().streamState(stream)).to.equal(1);
  });

  it('lets every increment through once when writers retry on conflict', async () => {
    const stream = freshStream();
    const increment = async () => {
      for (let expected: Expected = 'no-stream'; ; ) {
        const result = await log().append([record(stream)], [{ stream, expected }]);
        if (result.ok) return result.revisions.get(stream);
        expected = result.violations[0]?.actual ?? 'no-stream';
      }
    };
    const revisions = await Promise.all(Array.from({ length: 16 }, increment));
    expect(revisions.sort((a, b) => Number(a) - Number(b))).to.deep.equal(Array.from({ length: 16 }, (_, n) => n));
  });

  it('behaves like one writer after the other, whatever they write and expect', async () => {
    const plans = fc.array(fc.array(appendPlan, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(plans, async (writers) => {
        const before = await log().head();
        const category = freshCategory();
        const streams = Array.from({ length: STREAMS }, (_, n) => `${category}-${n}`);
        const attempts: Attempt[] = [];
        await Promise.all(
          writers.map(async (appends) => {
            for (const { writes, expects } of appends) {
              const news = writes.map((stream) => record(streams[stream] ?? ''));
              const checks = await Promise.all(
                expects.map(async ({ stream: at, expected }) => {
                  const stream = streams[at] ?? '';
                  return { stream, expected: expected === 'current' ? await log().streamState(stream) : expected };
                }),
              );
              attempts.push({ news, checks, result: await log().append(news, checks) });
            }
          }),
        );
        await expectSerial(log(), before, category, attempts);
      }),
      { numRuns: 30 },
    );
  });
}

/** Replays what went through, in the order of the log, against a model of it, and looks at what did not. */
async function expectSerial(log: EventLog, before: bigint, category: string, attempts: readonly Attempt[]) {
  const stored = await eventsAfter(log, before, { streamPrefixes: [`${category}-`] });
  const states = new Map<string, Expected>();
  const reached = new Map<string, Set<Expected>>();
  const state = (stream: string): Expected => states.get(stream) ?? 'no-stream';
  const order = attempts
    .flatMap(({ news, checks, result }) => (result.ok ? [{ news, checks, result }] : []))
    .sort((a, b) => (a.result.position < b.result.position ? -1 : 1));
  let at = 0;
  for (const { news, checks, result } of order) {
    for (const check of checks) expect(state(check.stream)).to.equal(check.expected);
    const part = stored.slice(at, at + news.length);
    at += news.length;
    expect(idsOf(part)).to.deep.equal(idsOf(news));
    expect(part.at(-1)?.position).to.equal(result.position);
    for (const event of part) {
      const last = state(event.stream);
      expect(event.revision).to.equal(last === 'no-stream' ? 0 : last + 1);
      states.set(event.stream, event.revision);
    }
    for (const stream of new Set(news.map((event) => event.stream))) {
      expect(result.revisions.get(stream)).to.equal(state(stream));
      reached.set(stream, (reached.get(stream) ?? new Set()).add(state(stream)));
    }
  }
  expect(stored).to.have.length(at);
  for (const { checks, result } of attempts) {
    if (result.ok) continue;
    expect(result.violations).not.to.have.length(0);
    for (const { stream, expected, actual } of result.violations) {
      expect(checks).to.deep.include({ stream, expected });
      expect(actual).not.to.equal(expected);
      if (actual !== 'no-stream') expect([...(reached.get(stream) ?? [])]).to.include(actual);
    }
  }
}
