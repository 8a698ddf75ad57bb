/** How the app is registered with the provider that its users sign in with. */
export const PROVIDER_ID = 'house';
export const CLIENT_ID = 'the-app';
export const CLIENT_SECRET = 'between-the-app-and-the-house';
