import { parentPort } from 'node:worker_threads';
import { TokenMintingError } from '../ports/tokens.js';
import { runTokenJob, type TokenJob, type TokenResult } from './jobs.js';
import { privateKeyCache } from './keys.js';
import type { Answer, Request, Response } from './worker-pool.js';

const privateKey = privateKeyCache();

/** Says what went wrong without anything of the job, which is secret. */
function reason(error: unknown): string {
  if (error instanceof TokenMintingError) return error.message;
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.name;
  return 'unknown';
}

function answer(job: TokenJob): Answer<TokenResult> {
  try {
    return { ok: true, value: runTokenJob(job, privateKey) };
  } catch (error) {
    return { ok: false, reason: reason(error) };
  }
}

parentPort?.on('message', ({ id, jobs }: Request<TokenJob>) => {
  const response: Response<TokenResult> = { id, answers: jobs.map(answer) };
  parentPort?.postMessage(response);
});
