import { expect } from 'chai';
import { App, BaseApp } from '../../../domain/tenancy/app.js';
import { APP_EVENTS, type AppEvent } from '../../../domain/tenancy/events.js';
import { tenancy } from './world.js';

const a1 = { appId: 'a1' };

function furnished() {
  const service = tenancy();
  service.put('app', {
    ...a1,
    firstFactors: [],
    coreConfig: { api_keys: 'secret-secret-secret-1', totp_max_attempts: '3' },
  });
  service.put('tenant', { tenantId: 't', firstFactors: null, requiredSecondaryFactors: ['totp'] }, { from: a1 });
  const clients = [{ clientId: 'c', clientSecret: 'secret-of-client', additionalConfig: { privateKey: 'secret-pem' } }];
  service.putProvider({ config: { thirdPartyId: 'google', clients } }, { from: a1 });
  return service;
}

/** An event as it reads when the key of its subject is gone. */
function erased(event: AppEvent): AppEvent {
  const type = APP_EVENTS.find(({ name }) => name === event.type);
  return { ...event, data: { ...event.data, ...Object.fromEntries(type?.personal ?? []) } } as AppEvent;
}

describe('the stream of an app', () => {
  it('case 55: rows, factors, overrides and providers are what the log says', () => {
    const service = furnished();
    const log: AppEvent[] = JSON.parse(JSON.stringify(service.events(a1)));
    expect(log.reduce(App.evolve, App.initial)).to.deep.equal(service.app(a1));
    expect(service.get(a1)).to.have.deep.property('firstFactors', []);
    expect(service.get({ ...a1, tenantId: 't' })).not.to.have.property('firstFactors');
    expect(service.get(a1)).to.have.deep.property('coreConfig', {
      api_keys: 'secret-secret-secret-1',
      totp_max_attempts: '3',
    });
  });

  it('holds no secret outside of sealed fields', () => {
    const clear = JSON.stringify(furnished().events(a1).map(erased));
    expect(clear).not.to.include('secret-');
    expect(clear).to.include('"api_keys"').and.include('"google"');
  });

  it('is sealed under the key of the app, while there is one', () => {
    expect(App.subject(furnished().app(a1))).to.equal('app:a1');
    expect(App.subject(App.initial)).to.equal(undefined);
    expect(BaseApp.subject(BaseApp.initial)).to.equal('app:public');
  });

  it('still folds when its secrets were erased', () => {
    const state = furnished().events(a1).map(erased).reduce(App.evolve, App.initial);
    expect(state).to.include({ exists: true, appKey: 'a1' });
  });
});
