/** A subject's data key: 32 bytes for AES-256-GCM, named by an id that events carry. */
export interface SubjectKey {
  readonly id: string;
  readonly key: Buffer;
}

/**
 * Keys of people and apps. A subject's personal data is sealed under its own key; destroying the key erases the data
 * wherever the log holds it (design.md, "Personal data").
 */
export interface Keyring {
  /** The key that seals new data of `subject`, made and durably stored on first use. */
  sealingKey(subject: string): Promise<SubjectKey>;

  /** Keys by id. A destroyed or unknown key is absent from the answer. */
  openingKeys(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;

  /** Destroys the key of `subject` for good. Says whether there was one. */
  destroy(subject: string): Promise<boolean>;

  /** Destroys the keys of an app and of everybody in it, for good. Answers with their number. */
  destroyApp(appKey: string): Promise<number>;

  /** Drops what is held in memory of the key of `subject`, which another process has destroyed. */
  forget(subject: string): void;

  /** As {@link forget}, for an app and everybody in it. */
  forgetApp(appKey: string): void;

  /** A secret of the installation (32 random bytes), made and durably stored on first use. */
  secret(name: string): Promise<Buffer>;

  close(): Promise<void>;
}

/** A wrapped key as a keyring store holds it. */
export interface WrappedKey {
  readonly id: string;
  readonly subjectHash: string;
  /** Of the app that the subject belongs to. */
  readonly appHash: string;
  readonly wrapped: Buffer;
}

/** Where wrapped keys are kept: durable, next to the views, never in the log. */
export interface KeyringStore {
  bySubject(subjectHash: string): Promise<WrappedKey | undefined>;
  byIds(ids: readonly string[]): Promise<readonly WrappedKey[]>;
  /** Stores a key unless its subject has one; answers with the one that is stored. Durable when it resolves. */
  insert(key: WrappedKey, at: number): Promise<WrappedKey>;
  /** Removes the subject's key and notes that its id was destroyed. Answers with the id, if there was one. */
  destroy(subjectHash: string, at: number): Promise<string | undefined>;
  /** As {@link destroy}, for all keys of an app. */
  destroyApp(appHash: string, at: number): Promise<readonly string[]>;
  /** How far destruction has followed the log; durable together with it. */
  checkpoint(): Promise<bigint>;
  saveCheckpoint(position: bigint): Promise<void>;
  /** False for a store that was made just now. */
  holdsSecrets(): Promise<boolean>;
  secret(name: string): Promise<Buffer | undefined>;
  /** Stores a wrapped secret unless the name has one; answers with the one that is stored. */
  insertSecret(name: string, wrapped: Buffer): Promise<Buffer>;
  /** Overwrites what deleted keys left in the store's files, where the engine allows it. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}
