import type { CommandBus } from '../command-service/command.js';
import type { CoreConfig } from '../domain/config/options.js';
import type { Logger } from '../infra/ports/logger.js';
import type { PhoneNumbers } from '../infra/ports/phone-numbers.js';
import type { Progress } from '../infra/ports/progress.js';
import type { Telemetry } from '../infra/ports/telemetry.js';
import type { TenancyRegistry } from '../infra/ports/tenancy-registry.js';
import type { QueryBus } from '../query-service/query.js';
import type { HealthProbes } from './health-probes.js';
import type { RequestStats } from './request-stats.js';

/** What the gateway works with. One set per process. */
export interface GatewayDeps {
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  readonly registry: TenancyRegistry;
  readonly progress: Progress;
  readonly phoneNumbers: PhoneNumbers;
  /** The views that handle events of a type. */
  readonly viewsOf: (eventType: string) => readonly string[];
  /** The base config, normalised. */
  readonly base: CoreConfig;
  /** The absolute path of the config file in use. */
  readonly configPath: string;
  /** The id that the operating system gave the process; `GET /config` compares it (00-conventions.md 13.3). */
  readonly processId: string;
  readonly testMode: boolean;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Reads trivially from the store; throws if that fails (00-conventions.md 13.1). */
  readonly probeStore: () => Promise<void>;
  readonly probes: HealthProbes;
  readonly stats: RequestStats;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly uuid: () => string;
}
