import type { OptionTable } from './option.js';

/** The process, who may talk to it, and which interface versions it speaks (00-conventions.md 14.3). */
export const serviceOptions = {
  core_config_version: {
    type: 'int',
    default: -1,
    level: 'T',
    env: null,
    description: 'Version of the configuration format. Has to stand in every configuration file, as 0.',
  },
  port: {
    type: 'int',
    default: 3567,
    level: 'B',
    env: 'SUPERTOKENS_PORT',
    description: 'TCP port on which the service answers.',
  },
  host: {
    type: 'string',
    default: '127.0.0.1',
    level: 'B',
    env: 'SUPERTOKENS_HOST',
    description: 'Address or host name to listen on. `localhost` means both loopback addresses, `0.0.0.0` all of IPv4.',
  },
  base_path: {
    type: 'string',
    default: '',
    level: 'B',
    description: 'Path in front of every route, such as `/auth-core`. Nothing is served outside of it.',
  },
  max_server_pool_size: {
    type: 'int',
    default: 10,
    level: 'B',
    description: 'Upper bound of work done side by side. It also caps `argon2_hashing_pool_size`.',
  },
  webserver_https_enabled: {
    type: 'boolean',
    default: false,
    level: 'B',
    env: null,
    description: 'Accepted without effect: end TLS in front of the service.',
  },
  api_keys: {
    type: 'string',
    default: null,
    level: 'A',
    description:
      'Comma-separated keys, any of which opens the API. Each has at least 20 characters out of letters, digits, `=` and `-`; list the old and the new one while rotating.',
  },
  supertokens_saas_secret: {
    type: 'string',
    default: null,
    level: 'B',
    description:
      'A key above all API keys, at least 40 characters long. While it is set, only its bearer sees and changes protected options.',
  },
  supertokens_saas_load_only_cud: {
    type: 'string',
    default: null,
    level: 'B',
    description: 'The only connection URI domain, besides the default one, that this process serves.',
  },
  supertokens_max_cdi_version: {
    type: 'string',
    default: null,
    level: 'A',
    description: 'Newest interface version offered, and the one assumed for requests that name none.',
  },
  supertokens_min_cdi_version: {
    type: 'string',
    default: null,
    level: 'A',
    description: 'Oldest interface version that requests may name.',
  },
  ip_allow_regex: {
    type: 'string',
    default: null,
    level: 'T',
    dashboard: true,
    protected: true,
    description:
      'Regular expression for the whole peer address. If set, other addresses are refused; proxies hide the client address.',
  },
  ip_deny_regex: {
    type: 'string',
    default: null,
    level: 'T',
    dashboard: true,
    protected: true,
    description: 'Regular expression for the whole peer address. A match is refused, even one that is also allowed.',
  },
} as const satisfies OptionTable;
