import { annalsSettingsSchema } from '../infra/config/annals-settings.js';

export const SERVE_ARGUMENTS = 'installation directory first, then name=value pairs; see below';

const SETTINGS = Object.entries(annalsSettingsSchema.shape)
  .map(([name, schema]) => `  ${name}\n      ${schema.description ?? ''}`)
  .join('\n');

export const SERVE_HELP = `
Arguments:
  <directory>            holds config.yaml (optional) and gets .started/<host>-<port> while the service runs
  configFile=<path>      another configuration file; absolute
  port=<n>, host=<h>     where to listen; they win over file and environment
  tempDirLocation=<path> gets .started/ instead of the directory; absolute
  forceNoInMemDB=true    keeps the data even in test mode
  test_mode              relaxes rules for test suites; data are thrown away unless ANNALS_DATA_DIR is set
Other arguments are ignored.

Environment:
${SETTINGS}
  SUPERTOKENS_PORT, SUPERTOKENS_HOST, BASE_PATH, API_KEYS, LOG_LEVEL, INFO_LOG_PATH, ERROR_LOG_PATH, ...
      Every core option in upper case: docs/configuration.md lists them all.
  UV_THREADPOOL_SIZE
      Threads for hashing passwords and for files.

Beside the interface of the core it answers, for operators:
  GET /livez, GET /readyz, GET /metrics (with an API key if any is set), GET /openapi.json

Signals: SIGTERM or SIGINT stops it in order, a second one at once.
Exit codes: 0 after an orderly stop, 1 after a fault, which the last line on standard error names.

Examples:
  annals serve
  annals serve port=3567 host=0.0.0.0
  API_KEYS=<20 or more characters> ANNALS_DATA_DIR=/var/lib/annals annals serve
`;
