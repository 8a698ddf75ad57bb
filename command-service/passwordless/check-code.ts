import type { CheckResult } from '../../domain/passwordless/check-code.js';
import { command } from '../command.js';
import { checkPresentedCode, type PresentedCodeInput } from './presented-code.js';

/** Checks a code without using it: a wrong one counts all the same (40-thirdparty-passwordless.md 5.3). */
export const checkPasswordlessCode = command<PresentedCodeInput, CheckResult>(
  'CheckPasswordlessCode',
  (context, presented) => context.transact((tx) => checkPresentedCode(tx, context, presented, context.now())),
);
