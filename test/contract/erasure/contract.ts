import { expect } from 'chai';
import { openExistingStores } from '../../../cli/projections/open.js';
import { annalsSettings } from '../../../infra/config/annals-settings.js';
import { BEGINNING } from '../../../infra/ports/event-log.js';
import { projectionsOf } from '../../cli/projections-fixture.js';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import type { Annals } from '../../support/service.js';
import type { StoredBytes } from '../../support/stored-bytes.js';
import { expectFree, expectGone, makePerson, NEEDLES, type Person, removePerson } from './person.js';

/** A service and all the places where it keeps something. */
export interface Erasing {
  readonly annals: Annals;
  /** What tells a command of the operator where the stores are. */
  readonly env: Readonly<Record<string, string>>;
  stored(): Promise<StoredBytes>;
  /** Whether a place is to hold personal data sealed, if at all. */
  isSealed(place: string): boolean;
  /** The views that `annals projections` rebuilds and compares. */
  readonly inTables: readonly string[];
  stop(): Promise<void>;
}

const OTHER = 'remaining-person@example.org';
const ALL: readonly string[] = [...NEEDLES.common, ...NEEDLES.shown, ...NEEDLES.past];

/** What the removal of a person has to leave behind on every engine: nothing (ADR 0005). */
export function erasureContract(name: string, start: () => Promise<Erasing>): void {
  describe(`erasure of a person: ${name}`, function () {
    this.timeout(60_000);
    let erasing: Erasing;
    let cdi: CdiClient;
    let person: Person;

    before(async () => {
      erasing = await start();
      cdi = cdiClient(erasing.annals.url);
      await cdi.post('/recipe/signup', { email: OTHER, password: 'p' });
      person = await makePerson(cdi);
    });

    after(() => erasing?.stop());

    /** The places that hold each of the texts that any holds. */
    async function placesOfAll(): Promise<Map<string, string[]>> {
      const stored = [...(await erasing.stored())];
      const found = ALL.map((text) => [text, stored.filter(([, bytes]) => bytes.includes(text)).map(([name]) => name)]);
      return new Map((found as [string, string[]][]).filter(([, places]) => places.length > 0));
    }

    const expectNowhere = async () => expect(Object.fromEntries(await placesOfAll())).to.deep.equal({});

    it('while the person is there, views show it, the log holds it sealed, and the master key opens that', async () => {
      const places = await placesOfAll();
      expect([...places.keys()]).to.include.members([...NEEDLES.shown]);
      expect([...places.values()].flat().filter(erasing.isSealed)).to.deep.equal([]);
      const opened = await openedLog(erasing.env);
      for (const text of ALL) expect(opened.includes(text), text).to.equal(true);
    });

    it('once it is removed, no answer and no place says anything of it, and nothing opens what the log held', async () => {
      await removePerson(cdi);
      await expectGone(cdi, person);
      expect(await erasing.annals.terminate()).to.equal(0);
      await expectNowhere();
      const opened = await openedLog(erasing.env);
      for (const text of ALL) expect(opened.includes(text), text).to.equal(false);
      for (const id of [person.primaryId, OTHER])
        expect(opened.includes(id), 'what is no longer secret stays').to.equal(true);
      expect(
        ALL.filter((text) => erasing.annals.output().includes(text)),
        'said by the service',
      ).to.deep.equal([]);
    });

    it('views that are built anew say nothing of it either, and are equal to those that were there', async () => {
      const rebuilt = await projectionsOf(erasing.env, 'rebuild', '--grace', '0');
      for (const view of erasing.inTables) expect(rebuilt.stdout).to.include(`${view}: rebuilt and switched`);
      await expectNowhere();
      const verified = await projectionsOf(erasing.env, 'verify');
      expect(verified.code, verified.stdout).to.equal(0);
      expect(verified.stdout.match(/EQUAL/g)).to.have.length(2);
    });

    it('others are untouched, and what the person had is free', async () => {
      await erasing.annals.killAndRestart();
      await expectGone(cdi, person);
      const remaining = await cdi.post('/recipe/signin', { email: OTHER, password: 'p' });
      expect(remaining.json.status).to.equal('OK');
      await expectFree(cdi);
    });
  });
}

/** The whole log as text, as far as the holder of the master key can read it. */
async function openedLog(env: Readonly<Record<string, string>>): Promise<string> {
  const loaded = annalsSettings(env);
  if (loaded.status !== 'OK') throw new Error(loaded.message);
  const stores = await openExistingStores(loaded.settings);
  try {
    const lines: string[] = [];
    for (let after = BEGINNING; ; ) {
      const events = await stores.store.readAll({ after, limit: 1_000 });
      const last = events.at(-1);
      if (!last) return lines.join('\n');
      lines.push(...events.map(({ type, data }) => `${type} ${JSON.stringify(data)}`));
      after = last.position;
    }
  } finally {
    await stores.close();
  }
}
