import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { z } from 'zod';
import { defineEvent, personal } from '../../../domain/event.js';
import { openEventStore, UnreadableEventError } from '../../../infra/event-store/event-store.js';
import { openKeyring, WrongMasterKeyError } from '../../../infra/keyring/keyring.js';
import { openSqliteKeyringStore } from '../../../infra/keyring/sqlite-keyring-store.js';
import type { EventLog } from '../../../infra/ports/event-log.js';
import type { EventStore } from '../../../infra/ports/event-store.js';
import type { Keyring } from '../../../infra/ports/keyring.js';
import { openSqliteEventLog } from '../../../infra/sqlite/event-log.js';
import { gate } from '../http/client.js';

const PersonNamed = defineEvent('PersonNamed', {
  id: z.string(),
  email: personal(z.string(), ''),
  age: personal(z.number(), 0),
});
const Upcast = defineEvent('Upcast', { shout: z.string() }, [(old) => ({ shout: String(old.text).toUpperCase() })]);
const catalogue = new Map([PersonNamed, Upcast].map((type) => [type.name, type]));

const MASTER = Buffer.alloc(32, 7);
const subject = 'user:public:1';
const stream = { category: 'person', path: ['1'] };
const named = PersonNamed({ id: '1', email: 'ann@example.org', age: 41 });

describe('event store', () => {
  let folder: string;
  let log: EventLog;
  let keyring: Keyring;
  let store: EventStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'annals-store-'));
    log = await openSqliteEventLog({ file: join(folder, 'log.db') });
    keyring = await openKeyring(openSqliteKeyringStore(join(folder, 'keyring.db')), MASTER, () => 0);
    store = await openEventStore(log, keyring, catalogue);
  });

  afterEach(async () => {
    await log.close();
    await keyring.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = async () => {
    const records = await store.encode([{ stream, event: named, subject }], { actor: 'test' });
    await log.append(records, []);
    return records;
  };

  it('writes personal fields sealed, and others in clear', async () => {
    const [record] = await write();
    expect(record?.data).to.contain('"id":"1"');
    expect(record?.data).to.not.contain('ann@example.org');
    expect(record?.data).to.not.contain('41');
  });

  it('reads events back as they were, from the log and not from memory', async () => {
    await write();
    store.forget();
    const [event] = (await store.readStream('person-1')) ?? [];
    expect(event?.data).to.deep.equal(named.data);
    expect(event?.erased).to.equal(false);
    expect(event?.metadata).to.include({ actor: 'test', version: '1' });
  });

  it('reads an erased person as stand-ins, and says so', async () => {
    await write();
    expect(await keyring.destroy(subject)).to.equal(true);
    store.forget();
    const [event] = (await store.readStream('person-1')) ?? [];
    expect(event?.data).to.deep.equal({ id: '1', email: '', age: 0 });
    expect(event?.erased).to.equal(true);
  });

  it('does not remember a person that was erased while the key was being looked up', async () => {
    const records = await write();
    const [mayOpen, mayEncode] = [gate(), gate()];
    let begun = 0;
    const slow: Keyring = {
      ...keyring,
      async openingKeys(ids) {
        const keys = await keyring.openingKeys(ids);
        begun++;
        await mayOpen.opened;
        return keys;
      },
      async sealingKey(of) {
        const key = await keyring.sealingKey(of);
        begun++;
        await mayEncode.opened;
        return key;
      },
    };
    const other = await openEventStore(log, slow, catalogue);
    const reading = other.readStream('person-1');
    const encoding = other.encode([{ stream, event: named, subject }], {});
    while (begun < 2) await nextTurn();
    await keyring.destroy(subject);
    other.forget();
    mayOpen.open();
    mayEncode.open();
    await reading;
    await log.append(await encoding, []);
    const events = (await other.readStream('person-1')) ?? [];
    expect(events.map(({ erased }) => erased)).to.deep.equal([true, true]);
    expect(events).to.have.length(records.length + 1);
  });

  it('what is forgotten while the keys of other events are read does not pass for erased', async () => {
    await write();
    const other: EventStore = await openEventStore(
      log,
      {
        ...keyring,
        async openingKeys(ids) {
          const keys = await keyring.openingKeys(ids);
          other.forget();
          return keys;
        },
      },
      catalogue,
    );
    await log.append(await other.encode([{ stream, event: named, subject: 'user:public:2' }], {}), []);
    const events = (await other.readStream('person-1')) ?? [];
    expect(events.map(({ erased }) => erased)).to.deep.equal([false, false]);
  });

  it('gives a subject a new key after erasure: what was sealed before stays closed', async () => {
    await write();
    await keyring.destroy(subject);
    await write();
    store.forget();
    const events = (await store.readStream('person-1')) ?? [];
    expect(events.map((event) => event.erased)).to.deep.equal([true, false]);
  });

  it('destroys the keys of a whole app', async () => {
    await write();
    await keyring.sealingKey('user:other:1');
    expect(await keyring.destroyApp('public')).to.equal(1);
    store.forget();
    const [event] = (await store.readStream('person-1')) ?? [];
    expect(event?.erased).to.equal(true);
    expect((await keyring.openingKeys([(await keyring.sealingKey('user:other:1')).id])).size).to.equal(1);
  });

  it('binds sealed data to its stream and type: moved elsewhere it does not open', async () => {
    const [record] = await write();
    if (!record) throw new Error('nothing was written');
    await log.append([{ ...record, stream: 'person-2', id: '00000000-0000-4000-8000-000000000000' }], []);
    store.forget();
    const failure = await store.readStream('person-2').catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
  });

  it('upcasts old versions when they are read', async () => {
    const old = { stream: 'person-1', id: '00000000-0000-4000-8000-000000000001', type: 'Upcast' };
    await log.append([{ ...old, data: '{"text":"hi"}', metadata: { version: '1' } }], []);
    const [event] = (await store.readStream('person-1')) ?? [];
    expect(event?.data).to.deep.equal({ shout: 'HI' });
  });

  it('refuses to write what does not fit the schema, and to read a type it does not know', async () => {
    const wrong = { type: 'PersonNamed', data: { id: 1 } };
    expect(await store.encode([{ stream, event: wrong, subject }], {}).catch((e: Error) => e.name)).to.equal(
      'ZodError',
    );
    const unknown = { stream: 'person-1', id: '00000000-0000-4000-8000-000000000002', type: 'Nobody' };
    await log.append([{ ...unknown, data: '{}', metadata: {} }], []);
    expect(await store.readStream('person-1').catch((e: unknown) => e)).to.be.instanceOf(UnreadableEventError);
  });

  it('names streams so that hashed parts can not be read or guessed, and always alike', async () => {
    const id = { category: 'identity', path: ['public', 't1'], hashed: ['email', 'ann@example.org'] };
    const name = store.streamName(id);
    expect(name).to.match(/^identity-public\.t1\.[0-9a-f]{40}$/);
    const reopened = await openEventStore(log, keyring, catalogue);
    expect(reopened.streamName(id)).to.equal(name);
    expect(store.streamName({ ...id, hashed: ['email,', 'ann@example.org'] })).to.not.equal(name);
  });

  it('a keyring does not open with another master key', async () => {
    await write();
    const other = openSqliteKeyringStore(join(folder, 'keyring.db'));
    const failure = await openKeyring(other, Buffer.alloc(32, 8), () => 0).catch((error: unknown) => error);
    await other.close();
    expect(failure).to.be.instanceOf(WrongMasterKeyError);
  });
});
