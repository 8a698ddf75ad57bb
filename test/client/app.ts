import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Backend } from './app-backend.js';
import { APP_CONFIG, type AppConfig, type AppListens } from './app-config.js';
import type { AppMessage, CdiCallSeen } from './app-observations.js';
import { send } from './front-end.js';

const SERVER = fileURLToPath(new URL('./app-server.js', import.meta.url));
const START_TIMEOUT_MS = 20_000;

/** A running app that authenticates its users with Annals. */
export interface App {
  readonly url: string;
  /** Runs one of the functions of the app's backend. Throws what the SDK threw. */
  backend<N extends keyof Backend>(name: N, ...args: Parameters<Backend[N]>): Promise<Awaited<ReturnType<Backend[N]>>>;
  /** What the SDK has asked of Annals since the last call, as `POST /recipe/signin`. */
  takeCalls(): Promise<readonly string[]>;
  /** The last message of a type that the app sent to an email address or a phone number. */
  lastMessage(type: AppMessage['type'], to: string): Promise<AppMessage | undefined>;
  /** The token in the last password-reset mail to an address. */
  resetToken(email: string): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Starts the app in a process of its own. Fails with its output if it does not come up. */
export async function startApp(config: AppConfig): Promise<App> {
  const child = fork(SERVER, {
    env: { ...process.env, [APP_CONFIG]: JSON.stringify(config) },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const url = `http://127.0.0.1:${await portOf(child)}`;
  const get = async (path: string) => (await send(`${url}${path}`, 'GET', {}, undefined)).body;
  const lastMessage: App['lastMessage'] = async (type, to) =>
    (await get(`/observed/message?${new URLSearchParams({ type, to })}`)).message;
  return {
    url,
    async backend(name, ...args) {
      const { status, body } = await send(`${url}/backend/${name}`, 'POST', {}, args);
      if (status !== 200) throw new Error(body.failure);
      return body.result;
    },
    async takeCalls() {
      const { calls } = (await get('/observed/calls')) as { calls: readonly CdiCallSeen[] };
      return calls.map(({ method, path }) => `${method} ${path}`);
    },
    lastMessage,
    async resetToken(email) {
      const link = (await lastMessage('PASSWORD_RESET', email))?.passwordResetLink;
      return link === undefined ? undefined : (new URL(link).searchParams.get('token') ?? undefined);
    },
    stop: () => ended(child),
  };
}

function portOf(child: ChildProcess): Promise<number> {
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS);
    const onExit = (code: number | null) => fail(`exited with ${code}`);
    function fail(what: string): void {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`the app ${what}:\n${output}`));
    }
    child.once('exit', onExit);
    child.once('message', (message) => {
      clearTimeout(timer);
      child.off('exit', onExit);
      resolve((message as AppListens).port);
    });
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
