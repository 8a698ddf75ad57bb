#!/usr/bin/env node
// CommonJS, as the thread pool takes its size when the first module is loaded the other way.
import os = require('node:os');

const FILE_THREADS = 4;

function wantedThreads(): number {
  const hashing = Number(process.env.ARGON2_HASHING_POOL_SIZE) || 1;
  return os.availableParallelism() + hashing + FILE_THREADS;
}

process.env.UV_THREADPOOL_SIZE ??= String(wantedThreads());

/** main.ts and all that it needs, in few files: they load in half the time (docs/adr/0017-one-bundle.md). */
const PROGRAM = '../program/main.js';
import(PROGRAM);
