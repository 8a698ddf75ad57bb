import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { appOfSubject } from '../../domain/tenancy/keys.js';
import type { Keyring, KeyringStore, SubjectKey, WrappedKey } from '../ports/keyring.js';
import { open, seal, wrappingKey } from './wrapping.js';

/** Thrown at start when the master key is not the one that wrapped the keyring. */
export class WrongMasterKeyError extends Error {
  override readonly name = 'WrongMasterKeyError';
}

/** A key in memory, with what it is found by when it is to be forgotten. */
interface OpenedKey {
  readonly key: Buffer;
  readonly subjectHash: string;
  readonly appHash: string;
}

const CACHED_KEYS = 50_000;
const SUBJECT_INDEX = 'subject-index';

/**
 * Opens the keyring over a store of wrapped keys.
 *
 * @param masterKey 32 bytes; wraps every key with AES-256-GCM
 * @param now clock, ms since the epoch
 * @param cachedKeys how many keys are held in memory
 * @throws WrongMasterKeyError if the store was made with another master key
 */
export async function openKeyring(
  store: KeyringStore,
  masterKey: Buffer,
  now: () => number,
  cachedKeys = CACHED_KEYS,
): Promise<Keyring> {
  const wrapping = wrappingKey(masterKey);
  const secrets = new Map<string, Promise<Buffer>>();
  const bySubject = new LRUCache<string, Promise<SubjectKey>>({ max: cachedKeys });
  const idsBySubjectHash = new Map<string, string>();
  const byId = new LRUCache<string, OpenedKey>({
    max: cachedKeys,
    dispose({ subjectHash }, id) {
      if (idsBySubjectHash.get(subjectHash) === id) idsBySubjectHash.delete(subjectHash);
    },
  });
  /** How often something was forgotten: what was read before may be gone by now, and is not kept. */
  let forgotten = 0;

  const unwrap = (wrapped: Buffer, context: string): Buffer => {
    try {
      return open(wrapping, wrapped, context);
    } catch {
      throw new WrongMasterKeyError(
        'The master key does not open the keyring. Start with the ANNALS_MASTER_KEY (or the master.key file) that made it.',
      );
    }
  };

  async function loadSecret(name: string): Promise<Buffer> {
    const context = `secret:${name}`;
    const stored =
      (await store.secret(name)) ?? (await store.insertSecret(name, seal(wrapping, randomBytes(32), context)));
    return unwrap(stored, context);
  }

  function secret(name: string): Promise<Buffer> {
    let known = secrets.get(name);
    if (!known) {
      known = loadSecret(name);
      secrets.set(name, known);
      known.catch(() => secrets.delete(name));
    }
    return known;
  }

  const index = await secret(SUBJECT_INDEX);
  const hashOf = (text: string): string => createHmac('sha256', index).update(text).digest('hex');
  const appHashOf = (appKey: string): string => hashOf(`app|${appKey}`);

  /** @param since how much was forgotten when the reading began */
  const opened = (row: WrappedKey, since: number): SubjectKey => {
    const { id, subjectHash, appHash } = row;
    const key = unwrap(row.wrapped, `key:${id}`);
    if (since !== forgotten) return { id, key };
    // A subject has one key: any other one is gone.
    const former = idsBySubjectHash.get(subjectHash);
    if (former !== undefined && former !== id) byId.delete(former);
    byId.set(id, { key, subjectHash, appHash });
    idsBySubjectHash.set(subjectHash, id);
    return { id, key };
  };

  function forget(subject: string): void {
    forgotten++;
    bySubject.delete(subject);
    const id = idsBySubjectHash.get(hashOf(subject));
    if (id !== undefined) byId.delete(id);
  }

  function forgetApp(appKey: string): void {
    forgotten++;
    const ofApp = appHashOf(appKey);
    for (const [id, { appHash }] of [...byId.entries()]) if (appHash === ofApp) byId.delete(id);
    for (const subject of [...bySubject.keys()]) if (appOfSubject(subject) === appKey) bySubject.delete(subject);
  }

  async function loadOrMake(subject: string): Promise<SubjectKey> {
    const since = forgotten;
    const subjectHash = hashOf(subject);
    const stored = await store.bySubject(subjectHash);
    if (stored) return opened(stored, since);
    const id = randomUUID();
    const wrapped = seal(wrapping, randomBytes(32), `key:${id}`);
    const appHash = appHashOf(appOfSubject(subject));
    return opened(await store.insert({ id, subjectHash, appHash, wrapped }, now()), since);
  }

  return {
    secret,
    sealingKey(subject) {
      let known = bySubject.get(subject);
      if (!known) {
        known = loadOrMake(subject);
        bySubject.set(subject, known);
        known.catch(() => bySubject.delete(subject));
      }
      return known;
    },
    async openingKeys(ids) {
      const found = new Map<string, Buffer>();
      const missing: string[] = [];
      for (const id of ids) {
        const known = byId.get(id);
        if (known) found.set(id, known.key);
        else missing.push(id);
      }
      const since = forgotten;
      if (missing.length > 0) for (const row of await store.byIds(missing)) found.set(row.id, opened(row, since).key);
      return found;
    },
    async destroy(subject) {
      const id = await store.destroy(hashOf(subject), now());
      forget(subject);
      if (id) byId.delete(id);
      return id !== undefined;
    },
    async destroyApp(appKey) {
      const ids = await store.destroyApp(appHashOf(appKey), now());
      forgetApp(appKey);
      for (const id of ids) byId.delete(id);
      return ids.length;
    },
    forget,
    forgetApp,
    close: () => store.close(),
  };
}
