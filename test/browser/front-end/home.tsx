import { type ReactElement, useState } from 'react';
import { attemptRefreshingSession, signOut, useSessionContext } from 'supertokens-auth-react/recipe/session';

/** What a signed-in user sees first. */
export function Home({ api }: { readonly api: string }): ReactElement {
  const session = useSessionContext();
  const [answer, setAnswer] = useState<string>();

  async function ask(method: 'GET' | 'POST', path: string): Promise<void> {
    setAnswer(undefined);
    const response = await fetch(`${api}${path}`, { method });
    setAnswer(await response.text());
  }

  async function leave(): Promise<void> {
    await signOut();
    location.assign('/auth');
  }

  return (
    <main>
      <h1>Shop</h1>
      {session.loading ? null : (
        <p>
          You are signed in as <code>{session.userId}</code>
        </p>
      )}
      <button type="button" onClick={() => ask('GET', '/session')}>
        Who am I?
      </button>
      <button type="button" onClick={attemptRefreshingSession}>
        Renew my session
      </button>
      <button type="button" onClick={leave}>
        Sign out
      </button>
      <button type="button" onClick={() => ask('POST', '/session/revoke-all')}>
        Sign out everywhere
      </button>
      {answer === undefined ? null : <output>{answer}</output>}
    </main>
  );
}
