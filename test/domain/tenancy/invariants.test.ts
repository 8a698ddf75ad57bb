import { expect } from 'chai';
import fc from 'fast-check';
import { parseTenantId } from '../../../domain/tenancy/ids.js';
import type { JsonObject } from '../../../domain/tenancy/json.js';
import {
  EMPTY_MAP,
  entriesOf,
  lookUp,
  type PersistentMap,
  withEntry,
  withoutEntry,
} from '../../../domain/tenancy/persistent-map.js';
import { tenancy } from './world.js';

const factor = fc.constantFrom('emailpassword', 'thirdparty', 'otp-phone', 'link-email', 'totp', 'x', 'a b', '');
const list = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: fc.array(factor, { maxLength: 4 }) },
);
const body = fc.record(
  {
    tenantId: fc.constantFrom('public', 't1', 'T1', 't2'),
    emailPasswordEnabled: fc.boolean(),
    thirdPartyEnabled: fc.boolean(),
    passwordlessEnabled: fc.boolean(),
    firstFactors: list,
    requiredSecondaryFactors: list,
    coreConfig: fc.dictionary(
      fc.constantFrom('totp_max_attempts', 'access_token_validity', 'port'),
      fc.constantFrom(null, 100, '3'),
      { maxKeys: 2 },
    ),
  },
  { requiredKeys: ['tenantId'] },
);
const v2Body = body.map(
  ({ emailPasswordEnabled: _e, thirdPartyEnabled: _t, passwordlessEnabled: _p, ...rest }) => rest,
);
const call = fc.oneof(
  fc.record({ v1: fc.constantFrom('3.0', '4.0', '5.0', '5.4'), body }),
  fc.record({ v1: fc.constant(undefined), body: v2Body }),
);

describe('invariants of tenant rows', () => {
  it('hold after any sequence of v1 and v2 updates, and what is refused writes no event', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 12 }), (calls) => {
        const service = tenancy();
        service.put('app', { appId: 'a' });
        for (const { v1, body: sent } of calls) {
          const request = JSON.parse(JSON.stringify(sent)) as JsonObject;
          const options = { from: { appId: 'a' }, ...(v1 !== undefined && { v1 }) };
          const before = service.events({ appId: 'a' }).length;
          const result = service.put('tenant', request, options);
          const written = service.events({ appId: 'a' }).slice(before);
          if (result.status !== 'OK') expect(written).to.deep.equal([]);
          for (const [tenantId, { factors, coreConfig }] of entriesOf(service.app({ appId: 'a' }).tenants)) {
            expect(parseTenantId(tenantId)).to.deep.equal({ status: 'OK', value: tenantId });
            expect(factors.requiredSecondaryFactors).to.satisfy((ids: string[] | null) => ids?.length !== 0);
            for (const id of [...(factors.firstFactors ?? []), ...(factors.requiredSecondaryFactors ?? [])]) {
              expect(id).to.match(/^[0-9a-zA-Z_.\-()]+$/);
            }
            expect(new Set(factors.firstFactors).size).to.equal(factors.firstFactors?.length ?? 0);
            expect(Object.values(coreConfig)).not.to.include(null);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a v2 request that is repeated writes no event the second time', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 6 }), v2Body, (calls, last) => {
        const service = tenancy();
        service.put('app', { appId: 'a' });
        const put = (sent: object, v1?: string) =>
          service.put('tenant', JSON.parse(JSON.stringify(sent)) as JsonObject, {
            from: { appId: 'a' },
            ...(v1 !== undefined && { v1 }),
          });
        for (const { v1, body: sent } of calls) put(sent, v1);
        put(last);
        const before = service.events({ appId: 'a' }).length;
        put(last);
        expect(service.events({ appId: 'a' })).to.have.length(before);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a persistent map', () => {
  const change = fc.record({ key: fc.string({ maxLength: 2 }), value: fc.option(fc.nat()) });

  it('holds what a map would, and leaves older versions alone', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const model = new Map<string, number>();
        let map: PersistentMap<number> = EMPTY_MAP;
        for (const { key, value } of changes) {
          const [older, entries] = [map, entriesOf(map)];
          if (value === null) model.delete(key);
          else model.set(key, value);
          map = value === null ? withoutEntry(map, key) : withEntry(map, key, value);
          expect(entriesOf(older)).to.deep.equal(entries);
          expect(lookUp(map, key)).to.equal(model.get(key));
        }
        expect(map.size).to.equal(model.size);
        expect(new Map(entriesOf(map))).to.deep.equal(model);
      }),
    );
  });
});
