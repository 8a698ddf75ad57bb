import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

const FOLDER = 'deploy/kubernetes';
const COMPONENT = 'app.kubernetes.io/component';

const probeSchema = z.object({
  httpGet: z.object({ path: z.string(), port: z.string() }),
  periodSeconds: z.number(),
  failureThreshold: z.number(),
});

const containerSchema = z.object({
  image: z.string(),
  args: z.array(z.string()),
  envFrom: z.array(
    z.union([
      z.strictObject({ configMapRef: z.strictObject({ name: z.string() }) }),
      z.strictObject({ secretRef: z.strictObject({ name: z.string() }) }),
    ]),
  ),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  startupProbe: probeSchema.optional(),
  livenessProbe: probeSchema.optional(),
  readinessProbe: probeSchema.optional(),
  resources: z.object({ requests: z.record(z.string(), z.string()), limits: z.record(z.string(), z.string()) }),
  securityContext: z.object({}).loose(),
});
export type Container = z.output<typeof containerSchema>;

const podSchema = z.object({
  metadata: z.object({ labels: z.object({ [COMPONENT]: z.string() }) }),
  spec: z.object({
    automountServiceAccountToken: z.boolean(),
    enableServiceLinks: z.boolean(),
    terminationGracePeriodSeconds: z.number().optional(),
    securityContext: z.object({}).loose(),
    topologySpreadConstraints: z.array(z.object({ topologyKey: z.string() })).default([]),
    containers: z.tuple([containerSchema]),
  }),
});

const workloadSchema = z.object({
  kind: z.enum(['Deployment', 'StatefulSet', 'Job']),
  metadata: z.object({ name: z.string(), labels: z.object({ [COMPONENT]: z.string() }) }),
  spec: z.object({
    replicas: z.number().optional(),
    serviceName: z.string().optional(),
    minReadySeconds: z.number().optional(),
    template: podSchema,
  }),
});
export type Workload = z.output<typeof workloadSchema>;

const objectSchema = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string() }).loose(),
  data: z.record(z.string(), z.string()).optional(),
  stringData: z.record(z.string(), z.string()).optional(),
  spec: z.unknown().optional(),
});
export type KubernetesObject = z.output<typeof objectSchema>;

const peerSchema = z.strictObject({ podSelector: z.unknown().optional(), namespaceSelector: z.unknown().optional() });
const portsSchema = z.array(z.object({ port: z.union([z.string(), z.number()]) })).optional();
/** What a NetworkPolicy says. */
export const policySchema = z.strictObject({
  podSelector: z.unknown(),
  policyTypes: z.array(z.string()),
  ingress: z.array(z.strictObject({ from: z.array(peerSchema).optional(), ports: portsSchema })).optional(),
  egress: z.array(z.strictObject({ to: z.array(peerSchema).optional(), ports: portsSchema })).optional(),
});
/** What a Service says. */
export const serviceSchema = z.object({
  clusterIP: z.string().optional(),
  publishNotReadyAddresses: z.boolean().optional(),
  selector: z.record(z.string(), z.string()),
  ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: z.string() })),
});
/** What a PodDisruptionBudget says. */
export const budgetSchema = z.object({ maxUnavailable: z.number(), selector: z.unknown() });
/** What a HorizontalPodAutoscaler says. */
export const autoscalerSchema = z.object({
  minReplicas: z.number(),
  scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
});

const kustomizationSchema = z.object({
  resources: z.array(z.string()),
  images: z.array(z.object({ name: z.string(), newTag: z.string() })),
});

export function readKustomization(): z.output<typeof kustomizationSchema> {
  return kustomizationSchema.parse(parse(readFileSync(join(FOLDER, 'kustomization.yaml'), 'utf8')));
}

/** The objects in a file of the manifests. */
export function objectsIn(file: string): readonly KubernetesObject[] {
  return parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document) =>
    objectSchema.parse(document.toJS()),
  );
}

/** Everything that runs pods, by its component: the role, or `migrate`. */
export function workloadsOf(objects: readonly KubernetesObject[]): ReadonlyMap<string, Workload> {
  const workloads = objects.flatMap((object) => {
    const parsed = workloadSchema.safeParse(object);
    if (parsed.success) return [parsed.data];
    if (workloadSchema.shape.kind.safeParse(object.kind).success) throw parsed.error;
    return [];
  });
  return new Map(workloads.map((workload) => [workload.spec.template.metadata.labels[COMPONENT], workload]));
}

/** The names of the components that a selector of pods matches; undefined for all. */
export function selected(selector: unknown): readonly string[] | undefined {
  const { matchLabels, matchExpressions } = selectorSchema.parse(selector);
  const [expression] = matchExpressions ?? [];
  if (expression) return expression.values;
  return matchLabels?.[COMPONENT] === undefined ? undefined : [matchLabels[COMPONENT]];
}

const selectorSchema = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .tuple([z.strictObject({ key: z.literal(COMPONENT), operator: z.literal('In'), values: z.array(z.string()) })])
    .optional(),
});
