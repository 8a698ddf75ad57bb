/** How a test's app configures the SDK; travels to its process as JSON. */
export interface AppConfig {
  /** Where Annals answers, with the app's path prefix if it has one. */
  readonly connectionUri: string;
  readonly apiKey?: string;
  readonly antiCsrf?: 'NONE' | 'VIA_TOKEN' | 'VIA_CUSTOM_HEADER';
  readonly useDynamicSigningKey?: boolean;
  /** The app keeps metadata of its users, and puts their roles into access tokens. */
  readonly hasRoles?: boolean;
}

/** The environment variable that holds the {@link AppConfig}. */
export const APP_CONFIG = 'CLIENT_APP_CONFIG';

/** What an app's process says once it listens. */
export interface AppListens {
  readonly port: number;
}
