import type { EventLog } from '../../../infra/ports/event-log.js';
import { appendCases } from './append-cases.js';
import { concurrencyCases } from './concurrency-cases.js';
import { durabilityCases } from './durability-cases.js';
import type { OpenedLog } from './fixture.js';
import { readCases } from './read-cases.js';
import { retentionCases } from './retention-cases.js';
import { retryCases } from './retry-cases.js';
import { ruleCases } from './rule-cases.js';
import { subscriptionCases } from './subscription-cases.js';

/**
 * What every adapter of the event log must do (event-log-contract.md).
 *
 * @param open opens a log for one case; it may hold events of other cases
 */
export function eventLogContract(name: string, open: () => Promise<OpenedLog>): void {
  describe(`event log contract: ${name}`, () => {
    let opened: OpenedLog;
    const log = (): EventLog => opened.log;

    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    describe('append', () => appendCases(log));
    describe('append again', () => retryCases(log));
    describe('rules for records', () => ruleCases(log));
    describe('read', () => readCases(log));
    describe('subscribe', () => subscriptionCases(log));
    describe('delete and truncate', () => retentionCases(log));
    describe('many writers', () => concurrencyCases(log));
    describe('restart', () => durabilityCases(() => opened));
  });
}
