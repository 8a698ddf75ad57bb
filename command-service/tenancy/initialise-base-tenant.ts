import { type AppFactResult, initialiseBaseTenant as decide } from '../../domain/tenancy/decide-app-facts.js';
import { BASE_TENANT } from '../../domain/tenancy/ids.js';
import { command } from '../command.js';
import { append, loadApp } from './tenancy-streams.js';

/** Records that the service was started for the first time; later starts change nothing (10-multitenancy.md 1). */
export const initialiseBaseTenant = command<Readonly<Record<string, never>>, AppFactResult>(
  'InitialiseBaseTenant',
  (context) =>
    context.transact(async (tx) => append(tx, BASE_TENANT, decide(await loadApp(tx, BASE_TENANT), context.now()))),
);
