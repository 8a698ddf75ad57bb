import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { BUILT_VIEWS, type BuiltViews, buildViews } from '../../cli/roles/built-views.js';
import { openStores, type Stores } from '../../cli/service/stores.js';
import { annalsSettings } from '../../infra/config/annals-settings.js';
import type { Leases } from '../../infra/ports/lease.js';
import { prometheusTelemetry } from '../../infra/telemetry/prometheus.js';
import { directoryView } from '../../projections/directory/view.js';
import { erasureView } from '../../projections/erasure/view.js';
import { silentLogger } from '../support/silent-logger.js';
import { tamper } from './projections-fixture.js';

/** Leases in memory that never run out. */
function memoryLeases() {
  const holders = new Map<string, string>();
  const takes: string[] = [];
  const leases: Leases = {
    async take(name, holder) {
      takes.push(name);
      if ((holders.get(name) ?? holder) !== holder) return false;
      holders.set(name, holder);
      return true;
    },
    async release(name, holder) {
      if (holders.get(name) === holder) holders.delete(name);
    },
    close: async () => undefined,
  };
  return { leases, holders, takes };
}

describe('the views that a projector builds', () => {
  let dataDir: string;
  let stores: Stores;
  let running: BuiltViews[];
  let logged: string[];

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'annals-built-'));
    const loaded = annalsSettings({ ANNALS_DATA_DIR: dataDir });
    if (loaded.status !== 'OK') throw new Error(loaded.message);
    stores = await openStores(loaded.settings, Date.now);
    running = [];
    logged = [];
  });
  afterEach(async () => {
    for (const views of running) await views.stop();
    await stores.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  function start(leases: Leases, holder = 'me'): BuiltViews {
    const log = (_fields: object, message: string) => logged.push(message);
    const views = buildViews({
      ...{ stores, leases, holder },
      logger: { ...silentLogger, error: log },
      clock: () => performance.now(),
      sleep: () => nextTurn(),
      telemetry: prometheusTelemetry({}),
      onMoved: () => undefined,
      onErased: () => undefined,
    });
    running.push(views);
    return views;
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await nextTurn();
  }

  /** Appends an event that all views pass. @returns its position */
  async function append(): Promise<bigint> {
    const record = { stream: `user-app.${randomUUID()}`, id: randomUUID(), type: 'Unheard', data: '{}', metadata: {} };
    const appended = await stores.log.append([record], []);
    if (!appended.ok) throw new Error('not appended');
    return appended.position;
  }

  it('are those whose leases it has, and it gives them back in the end', async () => {
    const { leases, holders } = memoryLeases();
    holders.set(`view ${directoryView.name}`, 'another');
    const views = start(leases);
    const position = await append();
    const others = BUILT_VIEWS.filter((view) => view !== directoryView.name);
    await until(() => others.every((view) => views.positions().get(view) === position));
    expect([...views.positions().keys()]).to.have.members(others);
    await views.stop();
    expect(holders).to.deep.equal(new Map([[`view ${directoryView.name}`, 'another']]));
    expect(views.positions().size).to.equal(0);
  });

  it('are built by one of several processes', async () => {
    const { leases, holders } = memoryLeases();
    const [one, other] = [start(leases, 'one'), start(leases, 'other')];
    await until(() => BUILT_VIEWS.every((view) => one.positions().has(view) || other.positions().has(view)));
    const built = [...one.positions().keys(), ...other.positions().keys()];
    expect(built).to.have.members([...BUILT_VIEWS]);
    const position = await append();
    await one.stop();
    await until(() => BUILT_VIEWS.every((view) => other.positions().get(view) === position));
    expect([...new Set(holders.values())]).to.deep.equal(['other']);
  });

  it('are left to others once another version has rebuilt them', async () => {
    const { leases, holders, takes } = memoryLeases();
    const lease = `view ${directoryView.name}`;
    const views = start(leases);
    const first = await append();
    await until(() => views.positions().get(directoryView.name) === first);
    tamper(
      dataDir,
      'directory.db',
      `UPDATE checkpoints SET version = version + 1 WHERE view = '${directoryView.name}'`,
    );
    const second = await append();
    await until(() => !holders.has(lease));
    const before = takes.length;
    await until(() => takes.slice(before).filter((name) => name === `view ${erasureView.name}`).length > 3);
    expect(takes.slice(before)).to.not.include(lease);
    await until(() => views.positions().get(erasureView.name) === second);
    expect([...views.positions().keys()]).to.have.members(BUILT_VIEWS.filter((view) => view !== directoryView.name));
    expect(logged).to.deep.equal(['another version of Annals has rebuilt the view, and builds it from now on']);
  });
});
