import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const serviceSchema = z.object({
  image: z.string(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  networks: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.union([z.array(z.string()), z.record(z.string(), z.object({ condition: z.string() }))]).default([]),
  restart: z.string(),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  healthcheck: z.object({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
  deploy: z.object({ resources: z.object({ limits: z.record(z.string(), z.union([z.string(), z.number()])) }) }),
});

const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
});

export type ComposeService = z.output<typeof serviceSchema>;
export type Compose = z.output<typeof composeSchema>;

/** The compose file, its anchors resolved. */
export function readCompose(): Compose {
  return composeSchema.parse(parse(readFileSync('compose.yaml', 'utf8'), { merge: true }));
}

/** The services that are processes of Annals, by name. */
export function annalsServices({ services }: Compose): readonly (readonly [string, ComposeService])[] {
  return Object.entries(services).filter(([, { image }]) => image.startsWith('annals:'));
}

/** The variables that have to be in `.env`, by the example of it. */
export function secretNames(): readonly string[] {
  return [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z_]+)=$/gm)].map(([, name = '']) => name);
}

const INTERPOLATION = /\$\$|\$\{([A-Z_]+)(?::([?-])([^}]*))?\}/g;

/** Every `${…}` of a text: the variable, and what stands behind its name. */
export function interpolations(text: string): readonly { readonly name: string; readonly rule: string }[] {
  return [...text.matchAll(INTERPOLATION)]
    .filter(([whole]) => whole !== '$$')
    .map(([, name = '', rule = '']) => ({ name, rule }));
}

/** Puts values in the place of `${…}`, as Compose does. @throws Error if one is required and not given */
export function interpolated(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(INTERPOLATION, (whole, name = '', rule = '', rest = '') => {
    if (whole === '$$') return '$';
    const value = values[name];
    if (value) return value;
    if (rule === '-') return rest;
    throw new Error(`${name} is not set: ${rest}`);
  });
}
