import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Telemetry } from '../ports/telemetry.js';

/** What is read at the moment of a scrape; a process leaves out what it does not have. */
export interface Gauges {
  /** How many events each view is behind the end of the log, by view. */
  readonly projectionLag?: () => Promise<ReadonlyMap<string, number>>;
  /** How many streams are parked at present, by view; views without any may be left out. */
  readonly parkedStreams?: () => Promise<ReadonlyMap<string, number>>;
  readonly hashQueue?: () => { readonly running: number; readonly waiting: number };
  readonly mintQueue?: () => { readonly running: number; readonly queued: number };
}

const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const JOB_BUCKETS = [0.01, 0.1, 1, 10, 60, 600];
const APPEND_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];

/** Measures of a process for Prometheus. Labels are routes, views and outcomes; never ids of apps, tenants or users. */
export function prometheusTelemetry(gauges: Gauges): Telemetry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const registers = [register];
  const requests = new Histogram({
    name: 'annals_http_request_seconds',
    help: 'Time to answer a request, by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const appends = new Histogram({
    name: 'annals_append_seconds',
    help: 'Time until an append is durable, by outcome.',
    labelNames: ['outcome'],
    buckets: APPEND_BUCKETS,
    registers,
  });
  const conflicts = new Counter({
    name: 'annals_command_conflicts_total',
    help: 'Units of work that ran again because a stream had changed.',
    registers,
  });
  const stale = new Counter({
    name: 'annals_stale_answers_total',
    help: 'Answers that went out before a view had caught up, by view.',
    labelNames: ['view'],
    registers,
  });
  const parked = new Counter({
    name: 'annals_parked_streams_total',
    help: 'Streams parked because of an event a view could not handle, by view.',
    labelNames: ['view'],
    registers,
  });
  const feedDrops = new Counter({
    name: 'annals_log_feed_drops_total',
    help: 'Feeds of the event log that broke off and went on.',
    registers,
  });
  const refusedSignIns = {
    failed: new Counter({
      name: 'annals_sign_in_failures_total',
      help: 'Sign-ins with a wrong email or password.',
      registers,
    }),
    blocked: new Counter({
      name: 'annals_sign_in_blocked_total',
      help: 'Sign-ins refused because too many before them had failed.',
      registers,
    }),
  };
  const jobs = new Histogram({
    name: 'annals_job_seconds',
    help: 'Time a background job took, by job and outcome.',
    labelNames: ['job', 'outcome'],
    buckets: JOB_BUCKETS,
    registers,
  });
  viewGauge('annals_parked_streams', 'Streams that are parked at present', registers, gauges.parkedStreams);
  viewGauge(
    'annals_projection_lag_positions',
    'How far a view is behind the end of the log, in positions',
    registers,
    gauges.projectionLag,
  );
  const { hashQueue, mintQueue } = gauges;
  if (hashQueue) queueGauge('annals_password_hashing', 'Passwords being hashed or waiting', registers, hashQueue);
  if (mintQueue)
    queueGauge('annals_token_minting', 'Token jobs running or waiting', registers, () => {
      const { running, queued } = mintQueue();
      return { running, waiting: queued };
    });

  return {
    request: ({ route, method, status, seconds }) =>
      requests.observe({ route, method: knownMethod(method), status }, seconds),
    append: (seconds, outcome) => appends.observe({ outcome }, seconds),
    conflict: () => conflicts.inc(),
    staleAnswer: (view) => stale.inc({ view }),
    parked: (view) => parked.inc({ view }),
    feedDropped: () => feedDrops.inc(),
    refusedSignIn: (why) => refusedSignIns[why].inc(),
    job: (name, outcome, seconds) => jobs.observe({ job: name, outcome }, seconds),
    async render() {
      return { contentType: register.contentType, body: await register.metrics() };
    },
  };
}

function viewGauge(
  name: string,
  help: string,
  registers: Registry[],
  read: (() => Promise<ReadonlyMap<string, number>>) | undefined,
): void {
  if (!read) return;
  new Gauge({
    name,
    help: `${help}, by view.`,
    labelNames: ['view'],
    registers,
    async collect() {
      this.reset();
      for (const [view, value] of await read()) this.set({ view }, value);
    },
  });
}

function queueGauge(
  name: string,
  help: string,
  registers: Registry[],
  read: () => { readonly running: number; readonly waiting: number },
): void {
  new Gauge({
    name,
    help: `${help}, by state.`,
    labelNames: ['state'],
    registers,
    collect() {
      const { running, waiting } = read();
      this.set({ state: 'running' }, running);
      this.set({ state: 'waiting' }, waiting);
    },
  });
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE']);

function knownMethod(method: string): string {
  return METHODS.has(method) ? method : 'other';
}
