import { expect } from 'chai';
import type { MemberReport } from '../../../infra/ports/progress-exchange.js';
import { readJson } from '../../../infra/wire/json-text.js';
import {
  MAX_VIEWS,
  memberReportSchema,
  readReport,
  receivedReport,
  sentReport,
} from '../../../infra/wire/member-report.js';
import { commandAnswerSchema, commandMessageSchema, queryAnswerSchema } from '../../../infra/wire/messages.js';

const report: MemberReport = {
  member: '0b6c9a4e-7f57-4c1e-9a1b-2d8f3d1f6f10',
  at: 1234.5678,
  built: new Map([
    ['users', 2n ** 63n],
    ['sessions', -1n],
  ]),
  kept: new Map([['copy', 0n]]),
  missed: new Map(),
  leaves: false,
};

describe('reports of members on the wire', () => {
  it('are the same after they were sent', () => {
    for (const one of [report, { ...report, leaves: true }, { ...report, built: new Map(), missed: report.built }])
      expect(readReport(JSON.stringify(sentReport(one)))).to.deep.equal(one);
  });

  it('keep positions that no number can hold', () => {
    const position = 18_446_744_073_709_551_615n;
    const read = readReport(JSON.stringify(sentReport({ ...report, kept: new Map([['copy', position]]) })));
    expect(read?.kept.get('copy')).to.equal(position);
  });

  it('are no report if anything about them is wrong', () => {
    const sent = sentReport(report);
    const views = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`v${n}`, '1']));
    expect(memberReportSchema.safeParse({ ...sent, kept: views(MAX_VIEWS) }).success).to.equal(true);
    for (const wrong of [
      { member: '' },
      { member: 'x'.repeat(65) },
      { member: 'a\u0000b' },
      { member: 7 },
      { at: '1' },
      { at: null },
      { built: { users: 1 } },
      { built: { users: '' } },
      { built: { users: '1e3' } },
      { built: { users: '0x10' } },
      { built: { users: '1'.repeat(21) } },
      { built: [] },
      { kept: { '': '1' } },
      { kept: { ['v'.repeat(33)]: '1' } },
      { kept: { '\u0000': '1' } },
      { kept: views(MAX_VIEWS + 1) },
      { missed: undefined },
      { leaves: 'false' },
    ])
      expect(readReport(JSON.stringify({ ...sent, ...wrong })), JSON.stringify(wrong)).to.equal(undefined);
  });

  it('are not read from what is no JSON', () => {
    for (const text of ['', '{', 'null', '1', '"x"', '[]', JSON.stringify(sentReport(report)).slice(0, -1)])
      expect(readReport(text), text).to.equal(undefined);
  });

  it('may hold what a newer version adds', () => {
    expect(readReport(JSON.stringify({ ...sentReport(report), new: true }))).to.deep.equal(report);
    expect(receivedReport(sentReport(report))).to.deep.equal(report);
  });
});

describe('messages between services', () => {
  const sentOver = (value: object) => JSON.stringify(value);

  it('an answer may hold any result, and none', () => {
    for (const result of [undefined, null, 0, '', false, [], {}, { failure: 'a field of its own' }]) {
      expect(readJson(queryAnswerSchema, sentOver({ result })), String(result)).to.deep.equal(
        result === undefined ? {} : { result },
      );
      const outcome = { result, position: '7', eventTypes: ['UserDeleted'] };
      const read = readJson(commandAnswerSchema, sentOver(outcome));
      expect(read, String(result)).to.deep.equal(JSON.parse(sentOver(outcome)));
    }
  });

  it('a failure is no result', () => {
    const failure = { name: 'Fault', message: 'see the log there' };
    expect(readJson(queryAnswerSchema, sentOver({ failure }))).to.deep.equal({ failure });
    expect(readJson(commandAnswerSchema, sentOver({ failure }))).to.deep.equal({ failure });
  });

  it('a command needs its name, its meta data and how far the sender is', () => {
    const whole = { name: 'SignUp', input: {}, meta: { correlationId: 'c', actor: 'anonymous' }, tenancy: '-1' };
    expect(commandMessageSchema.safeParse(whole).success).to.equal(true);
    for (const wrong of [
      { name: 'x'.repeat(65) },
      { meta: { correlationId: 'c' } },
      { meta: { correlationId: 'c', actor: 'x'.repeat(257) } },
      { meta: { correlationId: 'c', actor: 'a', traceparent: 'x'.repeat(65) } },
      { tenancy: 7 },
      { tenancy: '' },
      { tenancy: undefined },
    ])
      expect(commandMessageSchema.safeParse({ ...whole, ...wrong }).success, JSON.stringify(wrong)).to.equal(false);
  });
});
