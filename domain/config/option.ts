/** How a value is written and what it is once read (00-conventions.md 14.2). An enum is a string with few values. */
export type OptionType = 'string' | 'enum' | 'int' | 'long' | 'double' | 'boolean';

/** A value as it is used: null says "not set". */
export type OptionValue = string | number | boolean | null;

/**
 * Who may set an option (00-conventions.md 14.3): `B` the operator alone, `A` every level, as long as all tenants of
 * one app end with the same value, `T` every level freely.
 */
export type OptionLevel = 'B' | 'A' | 'T';

/** One row of the options table. */
export interface Option {
  readonly type: OptionType;
  /** The built-in value; null if there is none. */
  readonly default: OptionValue;
  /** Says in words what the default is where the machine decides it. */
  readonly defaultNote?: string;
  readonly level: OptionLevel;
  /** One or two sentences for operators. */
  readonly description: string;
  /** Environment variable; absent = the option's name in upper case, null = none. */
  readonly env?: string | null;
  /** May be null although its default is not. */
  readonly nullable?: true;
  /** Listed for the dashboard (10-multitenancy.md 11). */
  readonly dashboard?: true;
  /** Hidden and locked without the SaaS secret (10-multitenancy.md 6.5). */
  readonly protected?: true;
  /** Older names of the same option. */
  readonly aliases?: readonly string[];
  /** The values of an enum. */
  readonly values?: readonly string[];
}

/** A part of the options table, by option name. */
export type OptionTable = Readonly<Record<string, Option>>;
