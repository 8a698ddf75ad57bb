import type { StreamId } from '../event.js';
import { DEFAULT_CUD } from './ids.js';

/**
 * Names the stream of an app: `<appId>`, or `<appId>@<cud>` outside the default connection URI domain. Neither `@`
 * nor `~` can occur in an id, so no two apps share a name.
 */
export function appStreamKey(cud: string, appId: string): string {
  return cud === DEFAULT_CUD ? appId : `${appId}@${cud}`;
}

/** Where the tenancy of an app is kept: the app and all its tenant rows, one consistency boundary. */
export function appStream(cud: string, appId: string): StreamId {
  return { category: 'app', path: [appStreamKey(cud, appId)] };
}

/** Where the apps of a connection URI domain are kept; the default one has no such stream, it can't be removed. */
export function cudStream(cud: string): StreamId {
  return { category: 'cud', path: [cud] };
}

/**
 * The name under which everything else keeps the data of one incarnation of an app or tenant. An app or tenant that
 * is removed and created again gets another one and so starts empty, while the old data need no clearing to be out
 * of reach.
 *
 * @param name the app's stream key, or the tenant's id
 * @param incarnation how often it has been created, from 1
 */
export function incarnationKey(name: string, incarnation: number): string {
  return incarnation === 1 ? name : `${name}~${incarnation}`;
}

/** The name that an incarnation's key was made of: the app's stream key, or the tenant's id. */
export function nameOfIncarnation(key: string): string {
  const mark = key.indexOf('~');
  return mark < 0 ? key : key.slice(0, mark);
}

/** Whose key seals the secrets of an app (provider secrets, config overrides, licence key). */
export function appSubject(appKey: string): string {
  return `app:${appKey}`;
}

/** The app key in a subject: `app:<app key>` or `user:<app key>:<user id>`. No app key holds a colon. */
export function appOfSubject(subject: string): string {
  return subject.split(':', 2)[1] ?? '';
}

/** Whether a subject is an app or somebody in it. */
export function isOfApp(subject: string, appKey: string): boolean {
  return appOfSubject(subject) === appKey;
}
