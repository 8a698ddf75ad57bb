import type { Option, OptionLevel } from '../../domain/config/option.js';
import { coreOptionEntries, environmentName } from '../../domain/config/options.js';
import { annalsSettingsSchema } from './annals-settings.js';

const levels: Readonly<Record<OptionLevel, string>> = { B: 'base', A: 'app', T: 'tenant' };

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

function typeOf(option: Option): string {
  return option.values ? option.values.map((value) => `\`${value}\``).join(', ') : option.type;
}

function defaultOf({ default: value, defaultNote }: Option): string {
  return defaultNote ?? (value === '' ? 'empty' : `\`${String(value)}\``);
}

/** The options of Annals and of the core config as two Markdown tables, from the code that holds them. */
export function configReference(): string {
  const settings = Object.entries(annalsSettingsSchema.shape).map(([name, schema]) => [
    `\`${name}\``,
    schema.description ?? '',
  ]);
  const options = coreOptionEntries.map(([name, option]) => {
    const variable = environmentName(name);
    return [
      [name, ...(option.aliases ?? [])].map((known) => `\`${known}\``).join(', alias '),
      typeOf(option),
      defaultOf(option),
      levels[option.level] + (option.protected ? ', protected' : ''),
      variable === undefined ? '-' : `\`${variable}\``,
      option.description,
    ];
  });
  return [
    '## Settings of Annals (environment)',
    '',
    table(['variable', 'meaning'], settings),
    '',
    '## Core options',
    '',
    'An option of level `base` is set in the configuration file, the environment or, for `port` and `host`, on the',
    'command line. One of level `app` or `tenant` may be overridden through the API; all tenants of an app have to agree',
    'on those of level `app`. Protected ones are hidden and locked without the SaaS secret.',
    '',
    table(['option', 'type', 'default', 'level', 'variable', 'meaning'], options),
    '',
  ].join('\n');
}
