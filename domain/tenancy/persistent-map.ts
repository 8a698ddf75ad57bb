const BUCKETS = 256;

type Bucket<V> = ReadonlyMap<string, V>;

/**
 * A map by text of which every version stays as it is. A change copies one bucket and not the whole map, so that
 * folding the stream of an app with many thousand tenants does not take quadratic time.
 */
export interface PersistentMap<V> {
  readonly size: number;
  readonly buckets: readonly Bucket<V>[];
}

const NO_ENTRIES: Bucket<never> = new Map<string, never>();

export const EMPTY_MAP: PersistentMap<never> = { size: 0, buckets: Array.from({ length: BUCKETS }, () => NO_ENTRIES) };

export function lookUp<V>(map: PersistentMap<V>, key: string): V | undefined {
  return bucketOf(map, key).get(key);
}

export function withEntry<V>(map: PersistentMap<V>, key: string, value: V): PersistentMap<V> {
  return withBucket(map, key, new Map(bucketOf(map, key)).set(key, value));
}

export function withoutEntry<V>(map: PersistentMap<V>, key: string): PersistentMap<V> {
  const bucket = new Map(bucketOf(map, key));
  return bucket.delete(key) ? withBucket(map, key, bucket) : map;
}

/** All entries, in an order that the keys alone decide. */
export function entriesOf<V>(map: PersistentMap<V>): [string, V][] {
  return map.buckets.flatMap((bucket) => [...bucket]);
}

function bucketOf<V>(map: PersistentMap<V>, key: string): Bucket<V> {
  return map.buckets[bucketIndex(key)] ?? NO_ENTRIES;
}

function withBucket<V>(map: PersistentMap<V>, key: string, bucket: Bucket<V>): PersistentMap<V> {
  return {
    size: map.size + bucket.size - bucketOf(map, key).size,
    buckets: map.buckets.with(bucketIndex(key), bucket),
  };
}

/** FNV-1a, folded to the number of buckets. */
function bucketIndex(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}
