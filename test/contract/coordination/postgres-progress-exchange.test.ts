import { expect } from 'chai';
import { Client } from 'pg';
import type { MemberReport, ProgressExchange } from '../../../infra/ports/progress-exchange.js';
import { openPostgresProgressExchange } from '../../../infra/postgres/progress-exchange.js';
import { MAX_VIEWS, readReport, sentReport } from '../../../infra/wire/member-report.js';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.js';

const CHANNEL = 'annals_progress';

function report(member: string, at: number, rest: Partial<MemberReport> = {}): MemberReport {
  return { member, at, built: new Map(), kept: new Map(), missed: new Map(), leaves: false, ...rest };
}

/** An end of the exchange, and what came out of it. */
interface End {
  readonly exchange: ProgressExchange;
  readonly heard: MemberReport[];
  /** How often it was told that reports may have been missed. */
  opened(): number;
  /** Waits for it to be so, looking whenever something happens. */
  until(condition: () => boolean): Promise<void>;
}

function join(url: string): End {
  const heard: MemberReport[] = [];
  let opened = 0;
  let wake = (): void => undefined;
  const exchange = openPostgresProgressExchange(url, {
    heard(one) {
      heard.push(one);
      wake();
    },
    opened() {
      opened++;
      wake();
    },
  });
  return {
    exchange,
    heard,
    opened: () => opened,
    async until(condition) {
      while (!condition())
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    },
  };
}

describe('exchange of reports through PostgreSQL (infra/ports/progress-exchange.ts)', () => {
  let server: PostgresServer;
  let url: string;
  let admin: Client;
  let here: End;
  let there: End;

  before(async () => {
    server = await startPostgres();
    url = await server.createDatabase('exchange');
    admin = new Client({ connectionString: url });
    await admin.connect();
  });
  after(async () => {
    await admin.end();
    await server.remove();
  });

  beforeEach(async () => {
    here = join(url);
    there = join(url);
    for (const end of [here, there]) await end.until(() => end.opened() > 0);
  });
  afterEach(async () => {
    await here.exchange.close();
    await there.exchange.close();
  });

  const notify = (payload: string) => admin.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);

  /** Cuts all connections but that of this test. */
  async function cut(): Promise<void> {
    const { rowCount } = await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'exchange' AND pid <> pg_backend_pid()",
    );
    expect(rowCount).to.be.at.least(2);
  }

  it('carries a report to every process, as it was, and back to the one that made it', async () => {
    const whole = report('a', 12.5, {
      built: new Map([['users', 2n ** 63n - 1n]]),
      kept: new Map([['copy', -1n]]),
      missed: new Map([['users', 7n]]),
      leaves: true,
    });
    here.exchange.publish(whole);
    for (const end of [here, there]) {
      await end.until(() => end.heard.length > 0);
      expect(end.heard).to.deep.equal([whole]);
    }
  });

  it('sends the last of several reports of a member that wait, and one of each member', async () => {
    for (let at = 1; at <= 100; at++) here.exchange.publish(report('a', at));
    here.exchange.publish(report('b', 1));
    await there.until(() => there.heard.some(({ member }) => member === 'b'));
    const reports = there.heard.map(({ member, at }) => `${member}${at}`);
    expect(reports).to.deep.equal(['a1', 'a100', 'b1']);
  });

  it('keeps a report that is made while nothing can be sent, and sends the last one then', async () => {
    const late = join(url);
    late.exchange.publish(report('late', 1));
    late.exchange.publish(report('late', 2));
    await there.until(() => there.heard.length > 0);
    expect(there.heard.map(({ at }) => at)).to.deep.equal([2]);
    await late.exchange.close();
  });

  it('sends what was published before it closes', async () => {
    const leaving = join(url);
    await leaving.until(() => leaving.opened() > 0);
    leaving.exchange.publish(report('leaving', 1));
    leaving.exchange.publish(report('leaving', 2, { leaves: true }));
    await leaving.exchange.close();
    await there.until(() => there.heard.some(({ leaves }) => leaves));
  });

  it('sends everything that is published one after the other, at whatever moment', async () => {
    for (let at = 1; at <= 200; at++) {
      here.exchange.publish(report('a', at));
      await here.until(() => here.heard.at(-1)?.at === at);
    }
    await there.until(() => there.heard.length === 200);
  });

  it('does not hear what is no report', async () => {
    const good = JSON.stringify(sentReport(report('a', 1)));
    const bad = [
      '',
      'nonsense',
      'null',
      '[]',
      '{}',
      good.slice(0, -1),
      good.replace('"a"', '""'),
      good.replace('"built":{}', '"built":{"users":"1.5"}'),
      good.replace('"built":{}', '"built":{"users":1}'),
      good.replace('"leaves":false', '"leaves":"no"'),
      good.replace('"at":1', '"at":"x"'),
    ];
    for (const payload of bad) await notify(payload);
    await notify(good);
    await there.until(() => there.heard.length > 0);
    expect(there.heard).to.deep.equal([report('a', 1)]);
  });

  it('does not hear another channel', async () => {
    await admin.query("SELECT pg_notify('annals_log', $1)", [JSON.stringify(sentReport(report('other', 1)))]);
    await notify(JSON.stringify(sentReport(report('a', 1))));
    await there.until(() => there.heard.length > 0);
    expect(there.heard.map(({ member }) => member)).to.deep.equal(['a']);
  });

  it('comes back by itself after its connection was cut, says so, and carries reports again', async () => {
    await cut();
    for (const end of [here, there]) await end.until(() => end.opened() === 2);
    here.exchange.publish(report('a', 2));
    await there.until(() => there.heard.length > 0);
    expect(there.heard.at(-1)).to.deep.equal(report('a', 2));
  });

  it('carries the largest report there can be', async () => {
    const views = Array.from({ length: MAX_VIEWS }, (_, n) => `${'v'.repeat(30)}${String(n).padStart(2, '0')}`);
    const positions = new Map(views.map((view) => [view, -(10n ** 20n - 1n)]));
    const largest = report('m'.repeat(64), -Number.MAX_VALUE, { built: positions, kept: positions, missed: positions });
    const text = JSON.stringify(sentReport(largest));
    expect(readReport(text), 'it is one that is accepted').to.deep.equal(largest);
    here.exchange.publish(largest);
    await there.until(() => there.heard.length > 0);
    expect(there.heard).to.deep.equal([largest]);
  });

  it('closes while its server is away', async () => {
    const cutOff = join(url.replace(`:${server.port}/`, ':1/'));
    cutOff.exchange.publish(report('a', 1));
    await cutOff.exchange.close();
    expect(cutOff.opened()).to.equal(0);
  });
});
