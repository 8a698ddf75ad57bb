import { expect } from 'chai';
import { jsonText } from '../../../domain/json/raw-json.js';
import { userSubject } from '../../../domain/user/user.js';
import { clearMetadata, updateMetadata } from '../../../domain/usermetadata/decide.js';
import { UserMetadata, UserMetadataCleared, UserMetadataMerged } from '../../../domain/usermetadata/user-metadata.js';
import { folded, given } from '../given.js';

const APP = 'public';
const USER = 'somebody';
const T0 = 1_700_000_000_000;

const update = (text: string) => ({ appKey: APP, userId: USER, update: jsonText(text), newKeyName: 'k1' });
const merged = (text: string, keyName = 'k1') =>
  UserMetadataMerged({ app: APP, keyName, userId: USER, update: text, at: T0 });
const cleared = (cause: 'removed' | 'user-deleted' = 'removed') =>
  UserMetadataCleared({ app: APP, keyName: 'k1', cause, at: T0 });

describe('updating metadata (31-metadata-roles.md A2)', () => {
  it('case 5: the first update makes the record, also when it is empty', () => {
    given(UserMetadata, [])
      .when((state) => updateMetadata(state, update('{}'), T0))
      .then([merged('{}')], undefined);
  });

  it('W8: a null makes an empty record of nothing', () => {
    given(UserMetadata, [])
      .when((state) => updateMetadata(state, update('{"a":null}'), T0))
      .then([merged('{"a":null}')], undefined);
    expect(folded(UserMetadata, UserMetadata.initial, [merged('{"a":null}')]).record?.metadata).to.equal('{}');
  });

  it('an update that changes nothing is no event', () => {
    given(UserMetadata, [merged('{"a":1}')])
      .when((state) => updateMetadata(state, update('{"b":null}'), T0))
      .then([], undefined);
  });

  it('cases 2 and 3: updates add up', () => {
    const first = merged('{"a":1,"b":null,"c":{"x":null,"y":2}}');
    const second = merged('{"c":{"z":3},"a":null,"d":[1,null]}');
    expect(folded(UserMetadata, UserMetadata.initial, [first]).record?.metadata).to.equal(
      '{"a":1,"c":{"x":null,"y":2}}',
    );
    expect(folded(UserMetadata, UserMetadata.initial, [first, second]).record?.metadata).to.equal(
      '{"c":{"z":3},"d":[1,null]}',
    );
  });
});

describe('clearing metadata', () => {
  it('case 6: of an id without a record is no event', () => {
    for (const history of [[], [merged('{}'), cleared()]])
      given(UserMetadata, history)
        .when((state) => clearMetadata(state, 'removed', T0))
        .then([], undefined);
  });

  it('ends the record, and the next one starts from nothing', () => {
    given(UserMetadata, [merged('{"a":1}')])
      .when((state) => clearMetadata(state, 'user-deleted', T0))
      .then([cleared('user-deleted')], undefined);
    const again = folded(UserMetadata, UserMetadata.initial, [merged('{"a":1}'), cleared(), merged('{"b":2}', 'k2')]);
    expect(again.record?.metadata).to.equal('{"b":2}');
  });

  it('every record is sealed under a key of its own, so that clearing erases one and not the next', () => {
    given(UserMetadata, [merged('{}', 'k0')])
      .when((state) => updateMetadata(state, update('{"a":1}'), T0))
      .then([merged('{"a":1}', 'k0')], undefined);
    const first = folded(UserMetadata, UserMetadata.initial, [merged('{}', 'k0')]);
    const gone = folded(UserMetadata, first, [cleared()]);
    const second = folded(UserMetadata, gone, [merged('{}', 'k2')]);
    expect(UserMetadata.subject(first)).to.equal(userSubject(APP, 'k0'));
    expect(UserMetadata.subject(gone)).to.equal(undefined);
    expect(UserMetadata.subject(second)).to.equal(userSubject(APP, 'k2'));
  });

  it('folds the same once the log has forgotten what was in the record', () => {
    const { data } = merged('{"a":1}');
    const erased = UserMetadataMerged({ ...data, userId: '', update: '{}' });
    const rest = [cleared(), merged('{"b":2}', 'k2')];
    expect(folded(UserMetadata, UserMetadata.initial, [erased, ...rest])).to.deep.equal(
      folded(UserMetadata, UserMetadata.initial, [merged('{"a":1}'), ...rest]),
    );
  });
});
