import type { Linking } from '../../domain/accountlinking/linking.js';
import { EmailVerification } from '../../domain/emailverification/email-verification.js';
import { refreshable, Session } from '../../domain/session/session.js';
import { type AppState, tenantAt } from '../../domain/tenancy/app.js';
import { nameOfIncarnation } from '../../domain/tenancy/keys.js';
import type { LoginMethod, ThirdPartyAccount } from '../../domain/user/login-method.js';
import { User } from '../../domain/user/user.js';
import { type Mapping, UserIdMapping } from '../../domain/useridmapping/user-id-mapping.js';
import { UserMetadata } from '../../domain/usermetadata/user-metadata.js';
import { Role, roleStream } from '../../domain/userroles/role.js';
import { holds, UserRoles } from '../../domain/userroles/user-roles.js';
import { ERASED, HIDDEN } from './entry.js';
import type { DataOfId, History, Person, Relation } from './history.js';
import { foldPast, type PastReader } from './past.js';

/** A login method as it was; absent members are those that it did not have. Times are ISO 8601, UTC. */
interface PastLoginMethod {
  readonly recipe: LoginMethod['recipe'];
  readonly email?: string;
  readonly phoneNumber?: string;
  readonly thirdParty?: ThirdPartyAccount;
  readonly password?: typeof HIDDEN;
  readonly timeJoined: string;
  readonly tenants: readonly string[];
}

/** What was kept under one id, as clients know it. */
interface PastData {
  readonly id: string;
  readonly verifiedEmails: readonly string[];
  /** Text of an object, as it was stored; null if there was none. */
  readonly metadata: string | null;
  readonly roles: readonly { readonly tenant: string; readonly role: string }[];
}

interface PastSession {
  readonly handle: string;
  readonly tenant: string;
  readonly created: string;
  readonly expires: string;
  readonly userDataInJWT: string;
  readonly userDataInDatabase: string;
}

/** One login method, and what belonged to it, as it was at some time. Plain JSON. */
export interface PastPerson {
  readonly userId: string;
  readonly relation: Relation;
  /** Null if there was no login method by this id, or not any more. */
  readonly loginMethod: PastLoginMethod | null;
  readonly linking: Linking;
  readonly mapping: Mapping | null;
  readonly data: readonly PastData[];
  readonly sessions: readonly PastSession[];
}

/** The time of a state, and what the app was then. */
export interface PastMoment {
  readonly appKey: string;
  readonly app: AppState;
  /** ms since the epoch. */
  readonly at: number;
}

/** Tells what a user was, given the history up to that time, and those that the user was linked with then. */
export async function pastState(
  reader: PastReader,
  history: History,
  moment: PastMoment,
): Promise<readonly PastPerson[]> {
  const [asked, ...others] = history;
  const group = groupOf(history);
  const people = [asked, ...others.filter(({ userId }) => group.includes(userId))];
  return Promise.all(people.map((person) => pastPerson(reader, person, moment)));
}

/** The ids of the primary user and of all that were linked to it. */
function groupOf(history: History): readonly string[] {
  const [asked] = history;
  const own = foldPast(User, asked.user).linking;
  const primaryUserId = own.kind === 'linked' ? own.primaryUserId : asked.userId;
  const primary = history.find(({ userId }) => userId === primaryUserId);
  const linking = primary && foldPast(User, primary.user).linking;
  return [primaryUserId, ...(linking?.kind === 'primary' ? linking.linked : [])];
}

async function pastPerson(reader: PastReader, person: Person, moment: PastMoment): Promise<PastPerson> {
  const { method, linking } = foldPast(User, person.user);
  return {
    userId: person.userId,
    relation: person.relation,
    loginMethod: method ? pastMethod(method, moment) : null,
    linking,
    mapping: foldPast(UserIdMapping, person.mapping).mapping ?? null,
    data: await Promise.all(person.data.map((kept) => pastData(reader, kept, moment))),
    sessions: pastSessions(person, moment),
  };
}

function pastMethod(method: LoginMethod, { app }: PastMoment): PastLoginMethod {
  const { recipe, email, phoneNumber, thirdParty, timeJoined, tenants } = method;
  return {
    recipe,
    ...(email === undefined ? {} : { email }),
    ...(phoneNumber === undefined ? {} : { phoneNumber }),
    ...(thirdParty && { thirdParty }),
    ...(recipe === 'emailpassword' ? { password: HIDDEN } : {}),
    timeJoined: iso(timeJoined),
    tenants: tenants.filter((tenantKey) => isThere(app, tenantKey)),
  };
}

async function pastData(reader: PastReader, kept: DataOfId, { appKey, app }: PastMoment): Promise<PastData> {
  const { record } = foldPast(UserMetadata, kept.metadata);
  const isErased = record && kept.metadata.some(({ erased, data }) => erased && keyNameOf(data) === record.keyName);
  const roles: { tenant: string; role: string }[] = [];
  for (const assignment of foldPast(UserRoles, kept.roles).assignments) {
    const role = foldPast(Role, await reader.events(roleStream(appKey, assignment.role)));
    if (holds(assignment, role) && isThere(app, assignment.tenantKey))
      roles.push({ tenant: assignment.tenantKey, role: assignment.role });
  }
  return {
    id: kept.id,
    verifiedEmails: foldPast(EmailVerification, kept.verification).emails,
    metadata: isErased ? ERASED : (record?.metadata ?? null),
    roles,
  };
}

const keyNameOf = (data: unknown): string => (data as { keyName: string }).keyName;

function pastSessions({ sessions }: Person, { app, at }: PastMoment): readonly PastSession[] {
  const found: PastSession[] = [];
  for (const events of sessions) {
    const session = foldPast(Session, events);
    // That the owner was erased later does not mean that the session had ended then.
    if (session.status === 'none' || !refreshable({ ...session, erased: false }, at)) continue;
    if (!isThere(app, session.tenant)) continue;
    const { erased, userDataInJWT, userDataInDatabase } = session;
    found.push({
      handle: session.handle,
      tenant: session.tenant,
      created: iso(session.timeCreated),
      expires: iso(session.expiresAt),
      userDataInJWT: erased ? ERASED : userDataInJWT,
      userDataInDatabase: erased ? ERASED : userDataInDatabase,
    });
  }
  return found;
}

function isThere(app: AppState, tenantKey: string): boolean {
  return tenantAt(app, { tenantId: nameOfIncarnation(tenantKey) })?.tenantKey === tenantKey;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
