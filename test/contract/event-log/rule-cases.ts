import { expect } from 'chai';
import {
  type EventLog,
  InvalidRecordError,
  MAX_APPEND_BYTES,
  MAX_EVENT_BYTES,
  type NewRecord,
  TooLargeError,
} from '../../../infra/ports/event-log.js';
import { eventsOf, freshStream, record, rejectionOf, written } from './fixture.js';

/** What an adapter may add to the bytes of data for its own framing and for the metadata's. */
const MARGIN = 1_024;

export function ruleCases(log: () => EventLog): void {
  /** Tries to append the records after one that breaks no rule, and expects that nothing is written. */
  async function refuses(kind: new (message: string) => Error, ...news: readonly NewRecord[]): Promise<void> {
    const harmless = freshStream();
    expect(await rejectionOf(log().append([record(harmless), ...news], []))).to.be.instanceOf(kind);
    expect(await log().streamState(harmless)).to.equal('no-stream');
  }

  it('takes an event up to the limit, and an append up to the limit', async () => {
    const stream = freshStream();
    const data = dataOf(MAX_EVENT_BYTES - MARGIN);
    await written(log(), [record(stream, { data })]);
    await written(log(), [record(stream, { data }), record(stream, { data: dataOf(MAX_EVENT_BYTES - MARGIN) })]);
    expect((await eventsOf(log(), stream)).map((event) => event.data)).to.deep.equal([data, data, data]);
  });

  it('refuses an event over the limit', () =>
    refuses(TooLargeError, record(freshStream(), { data: dataOf(MAX_EVENT_BYTES + 1) })));

  it('counts bytes and not characters', () =>
    refuses(TooLargeError, record(freshStream(), { data: JSON.stringify('☃'.repeat(MAX_EVENT_BYTES / 3)) })));

  it('counts the metadata of an event', () =>
    refuses(
      TooLargeError,
      record(freshStream(), { data: dataOf(MAX_EVENT_BYTES - MARGIN), metadata: { note: 'x'.repeat(2 * MARGIN) } }),
    ));

  it('refuses an append over the limit whose events are under theirs', () => {
    const stream = freshStream();
    const data = dataOf(MAX_APPEND_BYTES / 3 + MARGIN);
    return refuses(TooLargeError, record(stream, { data }), record(stream, { data }), record(stream, { data }));
  });

  for (const stream of [
    '',
    'nodash',
    '-key',
    'category-',
    '$user-1',
    'User-1',
    'user-A',
    'user-ä',
    'us er-1',
    'user-\n',
  ]) {
    it(`refuses the stream name ${JSON.stringify(stream)}`, async () => {
      await refuses(InvalidRecordError, record(stream));
      const check = log().append([record(freshStream())], [{ stream, expected: 'no-stream' }]);
      expect(await rejectionOf(check)).to.be.instanceOf(InvalidRecordError);
      for (const call of [log().readStream(stream), log().streamState(stream), log().delete(stream)]) {
        expect(await rejectionOf(call)).to.be.instanceOf(InvalidRecordError);
      }
    });
  }

  it('takes a stream name with more dashes, dots, digits and underscores', async () => {
    const stream = `${freshStream()}-x.y_z.0-`;
    await written(log(), [record(stream)]);
    expect(await log().streamState(stream)).to.equal(0);
  });

  it('refuses metadata under a reserved key', () =>
    refuses(InvalidRecordError, record(freshStream(), { metadata: { $schema: 'x' } })));

  it('refuses metadata that are not strings', () => {
    const metadata = { count: 1 } as unknown as Record<string, string>;
    return refuses(InvalidRecordError, record(freshStream(), { metadata }));
  });

  it('refuses an id that is not a UUID', () => refuses(InvalidRecordError, record(freshStream(), { id: 'e1' })));

  for (const type of ['', '$metadata', 'Two words']) {
    it(`refuses the event type ${JSON.stringify(type)}`, () =>
      refuses(InvalidRecordError, record(freshStream(), { type })));
  }

  it('refuses an append without records', async () => {
    expect(await rejectionOf(log().append([], []))).to.be.instanceOf(InvalidRecordError);
  });

  it('refuses two checks of one stream', async () => {
    const stream = freshStream();
    const twice = log().append(
      [record(stream)],
      [
        { stream, expected: 'no-stream' },
        { stream, expected: 'no-stream' },
      ],
    );
    expect(await rejectionOf(twice)).to.be.instanceOf(InvalidRecordError);
  });

  for (const expected of [-1, 0.5, Number.NaN]) {
    it(`refuses to expect revision ${expected}`, async () => {
      const stream = freshStream();
      const call = log().append([record(stream)], [{ stream, expected }]);
      expect(await rejectionOf(call)).to.be.instanceOf(InvalidRecordError);
    });
  }
}

/** JSON text of so many bytes. */
function dataOf(bytes: number): string {
  return JSON.stringify('x'.repeat(bytes - 2));
}
