import { passwordCases } from './password-cases.js';
import { passwordlessCases } from './passwordless-cases.js';
import { providerCases } from './provider-cases.js';
import { sessionCases } from './session-cases.js';
import { verificationCases } from './verification-cases.js';
import { runningWorld } from './world.js';

describe('somebody in a browser, at a website with the prebuilt UI', () => {
  const world = runningWorld();
  passwordCases(world);
  passwordlessCases(world);
  providerCases(world);
  verificationCases(world);
  sessionCases(world);
});
