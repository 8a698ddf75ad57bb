import { z } from 'zod';
import { hashingSettings } from '../../command-service/emailpassword/hashing-settings.js';
import { importUser } from '../../command-service/emailpassword/import-user.js';
import { normaliseEmail } from '../../domain/emailpassword/email.js';
import { checkImportFormat, readImportInput } from '../../domain/emailpassword/password-hash-format.js';
import type { Endpoint } from '../endpoint.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import { userJson } from '../user-json.js';
import { newUser, signedInUser, untilAnswered } from './answered-user.js';
import { enabledTenant, newEmail } from './emailpassword-request.js';

const fields = z.object({ email: newEmail, passwordHash: z.string(), hashingAlgorithm: z.string().optional() });

/** Import of users with hashes made elsewhere (30-emailpassword.md 2.8). */
export const importEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/user/passwordhash/import',
    level: 'tenant',
    summary: 'Makes a user with a password hash made elsewhere, or replaces the hash of the one there is.',
    body: fields,
    async handle(request) {
      const { email, passwordHash, hashingAlgorithm } = request.fields(fields);
      const read = readImportInput(passwordHash, hashingAlgorithm);
      if (read.status !== 'OK') refuse(400, read.message);
      const target = enabledTenant(request);
      const { firebaseSignerKey } = hashingSettings(request.deps.registry, target);
      const check = checkImportFormat(read.hash, read.algorithm, { firebaseKeyConfigured: firebaseSignerKey !== null });
      if (check.status !== 'OK') refuse(check.status === 'INVALID_FORMAT' ? 400 : 500, check.message);
      return untilAnswered(async () => {
        const { userId, timeJoined } = await request.send(importUser, { target, email, passwordHash: read.hash });
        const method = { recipeId: 'emailpassword', email: normaliseEmail(email), verified: false } as const;
        const user =
          timeJoined === null
            ? await signedInUser(request, target.appKey, userId)
            : newUser(target, { ...method, userId, timeJoined });
        const didUserAlreadyExist = timeJoined === null;
        return user && ok({ status: 'OK', user: userJson(user, request.version), didUserAlreadyExist });
      });
    },
  },
];
