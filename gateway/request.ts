import type { z } from 'zod';
import type { Command, MessageMeta, Target } from '../command-service/command.js';
import type { CdiVersion } from '../domain/config/cdi-versions.js';
import { tenantAt } from '../domain/tenancy/app.js';
import { type TenantAddress, tenantNotFound } from '../domain/tenancy/ids.js';
import type { Query } from '../query-service/query.js';
import { atLeast } from './http/cdi-version.js';
import { type JsonBody, type Read, readFields, readJsonBody } from './http/input.js';
import { parseQuery, readQuery } from './http/query.js';
import { TEXTS } from './http/texts.js';
import { refuse } from './refusal.js';
import type { GatewayDeps } from './services.js';

/** How long an answer waits for the views to show what it did, in ms. */
export const MAX_WAIT_FOR_VIEWS_MS = 5_000;

/** What the pipeline found out about a request before its endpoint sees it. */
export interface RequestFacts {
  readonly address: TenantAddress;
  readonly url: string;
  readonly rawBody: Buffer;
  readonly version: CdiVersion;
  readonly meta: MessageMeta;
  /** Where the end user's request comes from, as the client says in `annals-source`: compared, never interpreted. */
  readonly source: string | null;
  /** Protected config may be seen and changed: no SaaS secret is configured, or it was presented. */
  readonly mayUseProtected: boolean;
}

/** A request as an endpoint sees it: the steps of 00-conventions.md 1 no. 10, in the order the endpoint takes them. */
export interface CdiRequest extends Omit<RequestFacts, 'rawBody'> {
  readonly deps: GatewayDeps;
  /** The body as a JSON object, or a 400. */
  json(): JsonBody;
  /** Fields of the body, or the 400 of the first that fails. */
  fields<S extends z.ZodObject>(schema: S): z.output<S>;
  /** Query parameters, or the 400 of the first that fails. */
  query<S extends z.ZodObject>(schema: S): z.output<S>;
  /** The addressed tenant, or the 400 of an unknown one. */
  tenant(): Target;
  /** The public tenant of the addressed app, or the 400 of an unknown app. */
  app(): Target;
  /** As {@link app}, with the 403 of CDI >= 5.0 for another tenant than the public one (level A). */
  publicTenant(): Target;
  /** True from this CDI version on. */
  since(version: CdiVersion): boolean;
  /** Sends a command and waits until the views show what it did. */
  send<I, R>(command: Command<I, R>, input: I): Promise<R>;
  ask<I, R>(query: Query<I, R>, input: I): Promise<R>;
}

/** Makes the request that an endpoint sees. */
export function cdiRequest(deps: GatewayDeps, facts: RequestFacts): CdiRequest {
  const { address, version } = facts;
  let body: JsonBody | undefined;

  const json = (): JsonBody => {
    body ??= must(readJsonBody(facts.rawBody));
    return body;
  };

  function targetOf(wanted: TenantAddress): Target {
    const app = deps.registry.app(wanted.cud, wanted.appId);
    const tenant = app && tenantAt(app, wanted);
    if (!app || !tenant || deps.registry.config(wanted).status !== 'OK') refuse(400, tenantNotFound(wanted).message);
    return { ...wanted, appKey: app.appKey, tenantKey: tenant.tenantKey };
  }

  const app = (): Target => targetOf({ ...address, tenantId: 'public' });

  return {
    address,
    url: facts.url,
    version,
    meta: facts.meta,
    source: facts.source,
    mayUseProtected: facts.mayUseProtected,
    deps,
    json,
    fields: (schema) => must(readFields(schema, json().value)),
    query: (schema) => must(readQuery(schema, parseQuery(facts.url))),
    tenant: () => targetOf(address),
    app,
    publicTenant() {
      if (address.tenantId !== 'public' && atLeast(version, '5.0')) refuse(403, TEXTS.publicTenantOnly);
      return app();
    },
    since: (floor) => atLeast(version, floor),
    async send(command, input) {
      const outcome = await deps.commands.send(command, input, facts.meta);
      if (outcome.position !== undefined) {
        const views = new Set(outcome.eventTypes.flatMap(deps.viewsOf));
        const passed = await deps.progress.waitFor([...views], outcome.position, MAX_WAIT_FOR_VIEWS_MS);
        if (!passed) reportStale(deps, views, command.name);
      }
      return outcome.result;
    },
    ask: (query, input) => deps.queries.ask(query, input),
  };
}

function must<T>(read: Read<T>): T {
  return read.ok ? read.value : refuse(400, read.message);
}

function reportStale(deps: GatewayDeps, views: Iterable<string>, command: string): void {
  for (const view of views) {
    if (!deps.progress.isBehind(view)) continue;
    deps.telemetry.staleAnswer(view);
    deps.logger.warn({ view, command }, 'answered before the view caught up');
  }
}
