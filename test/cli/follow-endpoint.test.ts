import { expect } from 'chai';
import { type FollowAnswer, type FollowMessage, followAnswerSchema } from '../../infra/wire/messages.js';
import { queryProcess, question } from './follow-fixture.js';

type Query = ReturnType<typeof queryProcess>;

async function ask({ endpoint }: Query, message: FollowMessage): Promise<FollowAnswer> {
  const answer = await endpoint.answer(message);
  if (answer.status !== 'OK') throw new Error(answer.reason);
  return followAnswerSchema.parse(JSON.parse(answer.json));
}

const streamsOf = ({ events }: FollowAnswer) => events.map(({ stream }) => stream);

describe('what a process answers to those that follow the installation through it', () => {
  it('holds the events of apps and tenants, opened, and how far this process is', async () => {
    const query = queryProcess();
    query.addDomain('a');
    query.log.add('user-1', 'UserDeleted');
    query.catchUp();
    const answer = await ask(query, question());
    expect(answer).to.deep.include({ upTo: '1', isWhole: true });
    const [event] = answer.events;
    expect(answer.events).to.have.length(1);
    expect(event).to.deep.include({ stream: 'cud-a', position: '0', data: { cud: 'a', at: 0 }, erased: false });
  });

  it('leaves out what the caller has', async () => {
    const query = queryProcess();
    for (const cud of ['a', 'b', 'c']) query.addDomain(cud);
    query.catchUp();
    const answer = await ask(query, question({ after: '1' }));
    expect(streamsOf(answer)).to.deep.equal(['cud-c']);
    expect(answer).to.include({ upTo: '2', isWhole: true });
  });

  it('comes in pages, of which the last one is whole', async () => {
    const query = queryProcess();
    for (let i = 0; i < 450; i++) query.addDomain(`d${i}`);
    query.log.add('user-1', 'UserDeleted');
    query.catchUp();
    const pages: FollowAnswer[] = [];
    for (let after = '-1'; !pages.at(-1)?.isWhole; after = pages.at(-1)?.upTo ?? '')
      pages.push(await ask(query, question({ after })));
    expect(pages.map(({ events, upTo }) => [events.length, upTo])).to.deep.equal([
      [200, '199'],
      [200, '399'],
      [50, '450'],
    ]);
    expect(pages.flatMap(streamsOf)).to.deep.equal(Array.from({ length: 450 }, (_, n) => `cud-d${n}`));
  });

  it('is a last page without events after one that was full', async () => {
    const query = queryProcess();
    for (let i = 0; i < 200; i++) query.addDomain(`d${i}`);
    query.catchUp();
    expect(await ask(query, question())).to.include({ upTo: '199', isWhole: false });
    expect(await ask(query, question({ after: '199' }))).to.deep.include({ events: [], upTo: '199', isWhole: true });
  });

  it('is empty if there is nothing new, without the log being read', async () => {
    const query = queryProcess();
    query.addDomain('a');
    query.log.add('user-1', 'UserDeleted');
    query.catchUp();
    expect(await ask(query, question({ after: '0' }))).to.deep.equal({
      ...{ events: [], upTo: '1', isWhole: true },
      passed: {},
    });
    expect(query.world.reads).to.equal(0);
  });

  it('never goes back behind a caller that knows more', async () => {
    const query = queryProcess();
    query.addDomain('a');
    query.catchUp();
    expect(await ask(query, question({ after: '7' }))).to.deep.include({ events: [], upTo: '7', isWhole: true });
  });

  it('holds how far the views are that are further than the caller knows', async () => {
    const query = queryProcess();
    query.board.passed('users', 5n);
    query.board.passed('sessions', 5n);
    query.board.passed('not followed', 5n);
    expect((await ask(query, question())).passed).to.deep.equal({ users: '5', sessions: '5' });
    const known = { users: '5', sessions: '4' };
    expect((await ask(query, question({ known }))).passed).to.deep.equal({ sessions: '5' });
  });

  for (const [what, happen] of [
    ['a view goes on', (query: Query) => query.board.passed('users', 5n)],
    [
      'there is an event',
      (query: Query) => {
        query.addDomain('a');
        query.catchUp();
      },
    ],
  ] as const)
    it(`is waited for until ${what}`, async () => {
      const query = queryProcess();
      let isAnswered = false;
      const asked = ask(query, question({ waitMs: 1_000 })).then((answer) => {
        isAnswered = true;
        return answer;
      });
      query.board.passed('not followed', 9n);
      await new Promise((resolve) => setImmediate(resolve));
      expect(isAnswered).to.equal(false);
      happen(query);
      const { events, passed } = await asked;
      expect(events.length + Object.keys(passed).length).to.equal(1);
    });

  it('marks what could not be opened, and leaves out what nobody handles', async () => {
    const query = queryProcess();
    query.addDomain('a');
    query.log.events.push({ ...query.addDomain('b'), position: 2n, id: 'broken', data: '{"cud":"secret' });
    query.log.add('cud-c', 'OfTheFuture');
    query.addDomain('d');
    query.catchUp();
    const { events, upTo } = await ask(query, question());
    expect(events.map(({ stream, unreadable }) => [stream, unreadable])).to.deep.equal([
      ['cud-a', undefined],
      ['cud-b', undefined],
      ['cud-b', 'SyntaxError'],
      ['cud-d', undefined],
    ]);
    expect(JSON.stringify(events)).to.not.include('secret');
    expect(upTo).to.equal('4');
  });

  it('is refused by a process that does not hear the others, and what the caller says is not passed on', async () => {
    const query = queryProcess();
    query.world.isStale = true;
    expect(await query.endpoint.answer(question())).to.deep.equal({
      ...{ status: 'REFUSED', reason: 'this process has not heard of the others for too long' },
    });
    expect(query.relayed).to.deep.equal([]);
  });

  it('is refused while the log can not be read', async () => {
    const query = queryProcess();
    query.addDomain('a');
    query.catchUp();
    query.world.isLogAway = true;
    expect(await query.endpoint.answer(question())).to.include({ status: 'REFUSED' });
    query.world.isLogAway = false;
    expect(streamsOf(await ask(query, question()))).to.deep.equal(['cud-a']);
  });

  it('is not given to what is no question', async () => {
    const query = queryProcess();
    const whole = question();
    for (const wrong of [
      { after: 5 },
      { after: 'x' },
      { waitMs: 60_000 },
      { waitMs: -1 },
      { known: { users: 'x' } },
      { report: { ...whole.report, member: '' } },
      { report: undefined },
    ])
      expect(await query.endpoint.answer({ ...whole, ...wrong }), JSON.stringify(wrong)).to.include({
        status: 'MALFORMED',
      });
    expect(query.relayed).to.deep.equal([]);
  });
});

describe('what those say of themselves that follow the installation through a process', () => {
  const reported = (more: Partial<FollowMessage['report']>) => question({ report: { ...question().report, ...more } });

  it('is passed on, as it was said', async () => {
    const query = queryProcess();
    await ask(query, reported({ at: 7, kept: { tenancy: '5' }, missed: { users: '9' } }));
    expect(query.relayed).to.deep.equal([
      {
        ...{ member: 'gateway', at: 7, built: new Map(), leaves: false },
        kept: new Map([['tenancy', 5n]]),
        missed: new Map([['users', 9n]]),
      },
    ]);
  });

  it('is passed on at once if it is new, and now and then if it is not', async () => {
    const query = queryProcess();
    const say = async (at: number, more: Partial<FollowMessage['report']>) => {
      query.world.now = at;
      const before = query.relayed.length;
      await ask(query, reported({ at, ...more }));
      return query.relayed.length > before;
    };
    expect(await say(0, { kept: { tenancy: '5' } })).to.equal(true);
    expect(await say(1, { kept: { tenancy: '5' } })).to.equal(false);
    expect(await say(2, { kept: { tenancy: '6' } })).to.equal(true);
    expect(await say(3, { kept: { tenancy: '6' }, missed: { users: '1' } })).to.equal(true);
    expect(await say(4, { kept: { tenancy: '6' }, missed: { users: '1' } })).to.equal(false);
    expect(await say(5, { member: 'another', kept: { tenancy: '6' }, missed: { users: '1' } })).to.equal(true);
    expect(await say(402, { kept: { tenancy: '6' }, missed: { users: '1' } })).to.equal(false);
    expect(await say(403, { kept: { tenancy: '6' }, missed: { users: '1' } })).to.equal(true);
    expect(await say(404, { kept: { tenancy: '6' }, missed: { users: '1' }, leaves: true })).to.equal(true);
    expect(await say(405, { kept: { tenancy: '6' }, missed: { users: '1' } })).to.equal(true);
  });

  it('is passed on before the answer is waited for', async () => {
    const query = queryProcess();
    const asked = ask(query, question({ waitMs: 1_000 }));
    expect(query.relayed).to.have.length(1);
    query.board.passed('users', 1n);
    await asked;
  });
});
