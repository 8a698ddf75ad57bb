import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { hasKeyCharacters } from '../../domain/config/api-keys.js';
import { operations } from '../../gateway/operations.js';
import { annalsSettings } from '../../infra/config/annals-settings.js';
import { ROLES } from '../support/installation.js';
import {
  autoscalerSchema,
  budgetSchema,
  type Container,
  objectsIn,
  policySchema,
  readKustomization,
  selected,
  serviceSchema,
  type Workload,
  workloadsOf,
} from './manifests.js';
import { addressesIn, expectAccepted, expectNeeds } from './process-needs.js';

/** How long a start may wait for its stores, in s (00-conventions.md 15). */
const PATIENCE_S = 3_600;
/** How long a process may take to stop, in s. */
const STOP_S = 20;

describe('deploy/kubernetes', () => {
  const kustomization = readKustomization();
  const objects = kustomization.resources.flatMap(objectsIn);
  const secrets = objectsIn('secrets.example.yaml');
  const workloads = workloadsOf(objects);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

  const named = (kind: string, name: string) => {
    const found = [...objects, ...secrets].find((one) => one.kind === kind && one.metadata.name === name);
    if (!found) throw new Error(`there is no ${kind} ${name}`);
    return found;
  };
  const workloadOf = (component: string): Workload => {
    const found = workloads.get(component);
    if (!found) throw new Error(`nothing runs ${component}`);
    return found;
  };
  const containerOf = (component: string): Container => workloadOf(component).spec.template.spec.containers[0];
  const environmentOf = ({ envFrom }: Container): Readonly<Record<string, string>> =>
    Object.assign(
      {},
      ...envFrom.map((source) =>
        'configMapRef' in source
          ? named('ConfigMap', source.configMapRef.name).data
          : named('Secret', source.secretRef.name).stringData,
      ),
    );
  /** As they would be filled in. */
  const filled = (environment: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value.replace(/^<(.*)>$/, '$1').replace('64 hex digits', 'ab'.repeat(32)),
      ]),
    );

  it('runs the four roles and the migration, and every file is applied or an example', () => {
    expect([...workloads.keys()].sort()).to.deep.equal([...ROLES, 'migrate'].sort());
    expect([...kustomization.resources, 'kustomization.yaml', 'secrets.example.yaml'].sort()).to.deep.equal(
      readdirSync('deploy/kubernetes')
        .filter((file) => file !== 'secrets.yaml')
        .sort(),
    );
  });

  for (const component of [...ROLES, 'migrate'])
    describe(component, () => {
      it('runs the command of its name, with what that needs and no more', () => {
        const container = containerOf(component);
        expect(container.args).to.deep.equal([component]);
        const environment = environmentOf(container);
        expectNeeds(component, Object.keys(environment));
        expectAccepted(filled(environment));
        expect(environment).to.include({ SUPERTOKENS_HOST: '0.0.0.0' });
        expect(workloadOf(component).metadata.labels).to.deep.equal({ 'app.kubernetes.io/component': component });
        const { spec } = workloadOf(component).spec.template;
        expect([spec.automountServiceAccountToken, spec.enableServiceLinks]).to.deep.equal([false, false]);
      });

      it('runs under the restricted profile, on files that it can not change, within bounds', () => {
        const { spec } = workloadOf(component).spec.template;
        expect(spec.securityContext).to.deep.include({
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        });
        const { securityContext, resources, image } = spec.containers[0];
        expect(securityContext).to.deep.equal({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(resources.requests).to.have.all.keys('cpu', 'memory');
        expect(resources.limits).to.have.any.keys('memory');
        expect(image).to.equal('annals');
      });
    });

  it('the image is pinned to the version of the package, and the migration is named for it', () => {
    expect(kustomization.images.map(({ name, newTag }) => [name, newTag])).to.deep.equal([['annals', version]]);
    expect(workloadOf('migrate').metadata.name).to.equal(`annals-migrate-${version.replaceAll('.', '-')}`);
  });

  for (const role of ROLES)
    describe(`${role}, as an installation runs it`, () => {
      it('there are two at least, spread, of which one may be taken away at a time', () => {
        const { kind, spec } = workloadOf(role);
        const autoscaler = objects.find(
          (one) => one.kind === 'HorizontalPodAutoscaler' && one.metadata.name === `annals-${role}`,
        );
        expect(spec.replicas ?? autoscalerSchema.parse(autoscaler?.spec).minReplicas).to.equal(2);
        if (autoscaler)
          expect(autoscalerSchema.parse(autoscaler.spec).scaleTargetRef).to.include({ kind, name: `annals-${role}` });
        expect(budgetSchema.parse(named('PodDisruptionBudget', `annals-${role}`).spec)).to.deep.equal({
          maxUnavailable: 1,
          selector: { matchLabels: { 'app.kubernetes.io/component': role } },
        });
        expect(spec.template.spec.topologySpreadConstraints.map(({ topologyKey }) => topologyKey)).to.deep.equal([
          'kubernetes.io/hostname',
          'topology.kubernetes.io/zone',
        ]);
      });

      it('its probes ask operations that there are, on its port, with enough patience', () => {
        const { startupProbe, livenessProbe, readinessProbe, ports } = containerOf(role);
        const { SUPERTOKENS_PORT } = environmentOf(containerOf(role));
        expect(ports).to.deep.equal([{ name: 'http', containerPort: Number(SUPERTOKENS_PORT) }]);
        const paths = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet);
        expect(paths).to.deep.equal([
          { path: '/livez', port: 'http' },
          { path: '/livez', port: 'http' },
          { path: '/readyz', port: 'http' },
        ]);
        expect(operations.map(({ path }) => path)).to.include.members(['/livez', '/readyz']);
        expect((startupProbe?.periodSeconds ?? 0) * (startupProbe?.failureThreshold ?? 0)).to.be.above(PATIENCE_S);
        expect(workloadOf(role).spec.template.spec.terminationGracePeriodSeconds).to.be.above(STOP_S);
      });
    });

  it('gateways know every pod of the other roles by a name that a headless service gives it', () => {
    const services = named('ConfigMap', 'annals-services').data ?? {};
    for (const role of ['command', 'query'] as const) {
      const { kind, metadata, spec } = workloadOf(role);
      expect([kind, spec.serviceName]).to.deep.equal(['StatefulSet', metadata.name]);
      const service = serviceSchema.parse(named('Service', metadata.name).spec);
      expect(service).to.deep.include({ clusterIP: 'None', publishNotReadyAddresses: true });
      expect(selected({ matchLabels: service.selector })).to.deep.equal([role]);
      const { SUPERTOKENS_PORT } = environmentOf(containerOf(role));
      const pods = Array.from(
        { length: spec.replicas ?? 0 },
        (_, index) => `${metadata.name}-${index}.${metadata.name}:${SUPERTOKENS_PORT}`,
      );
      const known = addressesIn(services[`ANNALS_${role.toUpperCase()}_URLS`] ?? '');
      expect(known.slice(0, pods.length)).to.deep.equal(pods);
    }
  });

  it('backends reach gateways through a service', () => {
    const { selector, ports } = serviceSchema.parse(named('Service', 'annals-gateway').spec);
    expect(selected({ matchLabels: selector })).to.deep.equal(['gateway']);
    expect(ports).to.deep.equal([{ name: 'http', port: 3567, targetPort: 'http' }]);
  });

  it('no secret has a value that Annals takes', () => {
    for (const { kind, stringData = {} } of secrets) {
      expect(kind).to.equal('Secret');
      for (const [name, value] of Object.entries(stringData)) {
        expect(value).to.match(/^<.+>$/);
        const isTaken =
          name === 'API_KEYS' ? hasKeyCharacters(value) : annalsSettings({ [name]: value }).status === 'OK';
        expect(isTaken, name).to.equal(false);
      }
    }
    const text = kustomization.resources.map((file) => readFileSync(`deploy/kubernetes/${file}`, 'utf8')).join('');
    expect(text).to.not.match(/kind: Secret$/m);
  });

  describe('network policies', () => {
    const policies = objects
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .map(({ metadata, spec }) => ({ name: metadata.name, ...policySchema.parse(spec) }));
    /** The policies that let something in to, or out of, a component. */
    const of = (component: string, direction: 'ingress' | 'egress') =>
      policies.filter((policy) => policy[direction] && (selected(policy.podSelector)?.includes(component) ?? true));

    it('nothing goes in or out by default', () => {
      expect(policies.find(({ name }) => name === 'annals-nothing-else')).to.deep.equal({
        name: 'annals-nothing-else',
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
      });
    });

    it('only gateways reach command and query; Prometheus reaches all roles', () => {
      for (const role of ['command', 'query'])
        expect(of(role, 'ingress').map(({ name }) => name)).to.deep.equal(['annals-services', 'annals-metrics']);
      const [rule] = policies.find(({ name }) => name === 'annals-services')?.ingress ?? [];
      expect(rule?.from?.map(({ podSelector, ...rest }) => [selected(podSelector), rest])).to.deep.equal([
        [['gateway'], {}],
      ]);
      for (const role of ROLES) expect(of(role, 'ingress').map(({ name }) => name)).to.include('annals-metrics');
      expect(of('projector', 'ingress').map(({ name }) => name)).to.deep.equal(['annals-metrics']);
      expect(of('migrate', 'ingress')).to.deep.equal([]);
    });

    it('only those that open stores reach them; gateways reach command and query alone', () => {
      for (const component of ['command', 'query', 'projector', 'migrate'])
        expect(of(component, 'egress').map(({ name }) => name)).to.deep.equal(['annals-names', 'annals-stores']);
      expect(of('gateway', 'egress').map(({ name }) => name)).to.deep.equal(['annals-names', 'annals-gateway']);
      const [rule] = policies.find(({ name }) => name === 'annals-gateway')?.egress ?? [];
      expect(rule?.to?.map(({ podSelector, ...rest }) => [selected(podSelector), rest])).to.deep.equal([
        [['command', 'query'], {}],
      ]);
      expect(rule?.ports).to.deep.equal([{ port: 3567 }]);
    });

    it('the ports of the stores are those of the example of secrets', () => {
      const [rule] = policies.find(({ name }) => name === 'annals-stores')?.egress ?? [];
      const { ANNALS_MASTER_KEY: _, ...urls } = filled(named('Secret', 'annals-stores').stringData ?? {});
      const ports = Object.values(urls).flatMap((url) =>
        [...url.matchAll(/:(\d+)(?=[,/?]|$)/g)].map(([, port]) => port),
      );
      expect(new Set(rule?.ports?.map(({ port }) => String(port)))).to.deep.equal(new Set(ports));
    });
  });
});
