import { expect } from 'chai';
import { addCode, expire, MAX_CODES_PER_DEVICE, removeCode } from '../../../domain/passwordless/codes.js';
import {
  attachDevice,
  detachDevices,
  MAX_DEVICES_PER_CONTACT,
  PasswordlessContact,
} from '../../../domain/passwordless/contact.js';
import { deviceSubject, PasswordlessDevice } from '../../../domain/passwordless/device.js';
import {
  PasswordlessCodeRevoked,
  PasswordlessDeviceAttached,
  PasswordlessDeviceDiscarded,
  PasswordlessDevicesDetached,
} from '../../../domain/passwordless/events.js';
import { folded, given } from '../given.js';
import { codeOf, created, DEVICE, decided, facts, issued, LIFETIME, T0 } from './fixtures.js';

const AT = T0 + 5;

describe('the codes of a device (40-thirdparty-passwordless.md 5.1, 5.6, 6)', () => {
  it('case 26: a device takes another code, but not one that it has', () => {
    given(PasswordlessDevice, created)
      .when((device) => addCode(device, codeOf('second', AT)))
      .then([issued('second', AT)], { status: 'OK' });
    given(PasswordlessDevice, created)
      .when((device) => addCode(device, codeOf('first', AT)))
      .then([], { status: 'USER_INPUT_CODE_ALREADY_USED_ERROR' });
    given(PasswordlessDevice, [])
      .when((device) => addCode(device, codeOf('second', AT)))
      .then([], { status: 'RESTART_FLOW_ERROR' });
  });

  it('the oldest code makes way for one too many', () => {
    const full = Array.from({ length: MAX_CODES_PER_DEVICE - 1 }, (_, index) => issued(`more-${index}`));
    given(PasswordlessDevice, [...created, ...full])
      .when((device) => addCode(device, codeOf('last', AT)))
      .then([PasswordlessCodeRevoked({ ...facts(AT), codeId: 'id-first' }), issued('last', AT)], { status: 'OK' });
  });

  it('case 46: a code is removed alone, the last one with its device', () => {
    given(PasswordlessDevice, [...created, issued('second')])
      .when((device) => decided(removeCode(device, 'id-first', AT)))
      .then([PasswordlessCodeRevoked({ ...facts(AT), codeId: 'id-first' })], undefined);
    given(PasswordlessDevice, created)
      .when((device) => decided(removeCode(device, 'id-first', AT)))
      .then([PasswordlessDeviceDiscarded({ ...facts(AT), reason: 'revoked' })], undefined);
    given(PasswordlessDevice, created)
      .when((device) => decided(removeCode(device, 'id-unknown', AT)))
      .then([], undefined);
  });

  it('case 45: a device ends when all its codes have expired, or its tenant is gone', () => {
    const at = T0 + LIFETIME + 1;
    const expired = [PasswordlessDeviceDiscarded({ ...facts(at), reason: 'expired' })];
    given(PasswordlessDevice, created)
      .when((device) => decided(expire(device, LIFETIME, at)))
      .then(expired, undefined);
    given(PasswordlessDevice, [...created, issued('second', T0 + 1)])
      .when((device) => decided(expire(device, LIFETIME, at)))
      .then([], undefined);
    given(PasswordlessDevice, [...created, issued('second', at)])
      .when((device) => decided(expire(device, null, at)))
      .then(expired, undefined);
    given(PasswordlessDevice, [])
      .when((device) => decided(expire(device, null, at)))
      .then([], undefined);
  });

  it('a device has a key of its own, and leaves nothing in the state', () => {
    const device = folded(PasswordlessDevice, PasswordlessDevice.initial, created);
    expect(PasswordlessDevice.subject(device)).to.equal(deviceSubject('public', 't1', DEVICE));
    const ended = [...created, PasswordlessDeviceDiscarded({ ...facts(AT), reason: 'consumed' })];
    expect(folded(PasswordlessDevice, PasswordlessDevice.initial, ended)).to.equal(undefined);
  });

  it('erased events fold into nothing', () => {
    const [first] = created;
    const erased = { ...first, data: { ...first?.data, email: null, phoneNumber: null, linkCodeSalt: '' } };
    expect(PasswordlessDevice.evolve(undefined, erased as (typeof created)[number])).to.equal(undefined);
    expect(PasswordlessDevice.evolve(undefined, issued('second'))).to.equal(undefined);
  });
});

describe('the devices of a contact', () => {
  const attached = (hash: string) => PasswordlessDeviceAttached({ deviceIdHash: hash, at: T0 });

  it('are known until they are all taken away', () => {
    const contact = folded(PasswordlessContact, { devices: [] }, [attached('a'), attached('b')]);
    expect(contact.devices).to.deep.equal(['a', 'b']);
    expect(detachDevices(contact, AT)).to.deep.equal([PasswordlessDevicesDetached({ at: AT })]);
    expect(folded(PasswordlessContact, contact, detachDevices(contact, AT)).devices).to.deep.equal([]);
    expect(detachDevices({ devices: [] }, AT)).to.deep.equal([]);
  });

  it('the oldest makes way for one too many', () => {
    const full = Array.from({ length: MAX_DEVICES_PER_CONTACT }, (_, index) => attached(`d${index}`));
    const contact = folded(PasswordlessContact, { devices: [] }, full);
    const { events, superseded } = attachDevice(contact, 'new', AT);
    expect(superseded).to.equal('d0');
    const { devices } = folded(PasswordlessContact, contact, events);
    expect(devices).to.have.length(MAX_DEVICES_PER_CONTACT);
    expect([devices[0], devices.at(-1)]).to.deep.equal(['d1', 'new']);
    expect(attachDevice({ devices: ['a'] }, 'b', AT).superseded).to.equal(undefined);
  });
});
