/** How a test's app configures the SDK; travels to its process as JSON. */
export interface AppConfig {
  /** Where Annals answers, with the app's path prefix if it has one. */
  readonly connectionUri: string;
  readonly apiKey?: string;
  /** The origin of the app's website, whose pages may call it. Left out, it has none. */
  readonly websiteUrl?: string;
  readonly antiCsrf?: 'NONE' | 'VIA_TOKEN' | 'VIA_CUSTOM_HEADER';
  readonly useDynamicSigningKey?: boolean;
  /** The app keeps metadata of its users, and puts their roles into access tokens. */
  readonly hasRoles?: boolean;
  /** Whether an unverified email shuts a user out, or is only told. Left out, the app verifies no emails. */
  readonly emailVerification?: 'REQUIRED' | 'OPTIONAL';
  /** Where the provider answers that users may also sign in with. */
  readonly providerUrl?: string;
  /** Users may also sign in with a code or a link that they are sent. */
  readonly hasPasswordless?: boolean;
  /** Accounts with one email are linked as soon as both emails are verified. */
  readonly linksAccounts?: boolean;
}

/** The environment variable that holds the {@link AppConfig}. */
export const APP_CONFIG = 'CLIENT_APP_CONFIG';

/** What an app's process says once it listens. */
export interface AppListens {
  readonly port: number;
}
