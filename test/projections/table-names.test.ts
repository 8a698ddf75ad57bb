import { expect } from 'chai';
import { sqlViews } from '../../cli/service/sql-views.js';
import { copySuffix } from '../../infra/sql/view-copies.js';

describe('names of indexes', () => {
  it('stay apart where they are cut, as PostgreSQL does after 63 bytes: one of two would be left out', () => {
    for (const suffix of ['', copySuffix('copy', '0123abcd')]) {
      const names = sqlViews
        .flatMap(({ shapes }) => Object.entries(shapes))
        .flatMap(([table, { indexes }]) => indexes.map((columns) => `${table}${suffix}_by_${columns.join('_')}`));
      const cut = names.map((name) => name.slice(0, 63));
      expect(new Set(cut).size).to.equal(names.length).and.to.be.above(10);
    }
  });
});
