import { expect } from 'chai';
import { coreOptions } from '../../../domain/config/options.js';
import { configReference } from '../../../infra/config/config-reference.js';

describe('configReference', () => {
  const lines = configReference().split('\n');

  it('has one row per option, and every row as many cells as its head', () => {
    for (const name of Object.keys(coreOptions)) {
      expect(
        lines.filter((line) => line.startsWith(`| \`${name}\``)),
        name,
      ).to.have.length(1);
    }
    const cells = (line: string) => line.replaceAll('\\|', '').split('|').length;
    const rows = lines.slice(lines.indexOf('## Core options')).filter((line) => line.startsWith('|'));
    expect(new Set(rows.map(cells))).to.deep.equal(new Set([8]));
  });

  it('tells level, default, variable and meaning', () => {
    expect(lines).to.include(
      '| `access_token_validity` | long | `3600` | app | `ACCESS_TOKEN_VALIDITY` | Life of an access token in seconds. |',
    );
    expect(lines.find((line) => line.startsWith('| `bulk_migration_parallelism`'))).to.include('number of processors');
    expect(lines.find((line) => line.startsWith('| `ip_allow_regex`'))).to.include('tenant, protected');
    expect(lines.find((line) => line.startsWith('| `webserver_https_enabled`'))).to.include('| base | - |');
  });

  it('describes the settings of Annals', () => {
    for (const name of ['ANNALS_DATA_DIR', 'ANNALS_MASTER_KEY', 'ANNALS_TEST_MODE', 'ANNALS_EVENT_LOG_URL']) {
      expect(
        lines.find((line) => line.startsWith(`| \`${name}\``)),
        name,
      ).to.match(/\| [A-Z`].+\. \|$/);
    }
  });
});
