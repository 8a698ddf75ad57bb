import { z } from 'zod';
import { canBeKept, isJsonObject, type JsonObject, member, withoutNulls } from './json.js';
import { type BadInput, badInput, invalidField, type Valid, valid } from './result.js';

/** A third-party provider's configuration in its minimal form, as it is kept and answered (10-multitenancy.md 8.1). */
export interface ProviderConfig extends JsonObject {
  readonly thirdPartyId: string;
}

/** A text of at most `limit` characters (10-multitenancy.md 2). */
const text = (limit: number) => z.string().max(limit).nullish();
const object = z.custom<JsonObject>(isJsonObject, { error: 'must be of type object' });

const CLIENT = z.object({
  clientType: text(64),
  clientId: text(256),
  clientSecret: z.string().nullish(),
  scope: z.array(z.string().max(128).nullable()).nullish(),
  forcePKCE: z.boolean().nullish(),
  additionalConfig: object.nullish(),
});

const USER_INFO_FIELDS = z.object({ userId: text(64), email: text(64), emailVerified: text(64) }).nullish();

const PROVIDER = z.object({
  thirdPartyId: z.string().max(28),
  name: text(64),
  clients: z.array(CLIENT).nullish(),
  authorizationEndpoint: z.string().nullish(),
  authorizationEndpointQueryParams: object.nullish(),
  tokenEndpoint: z.string().nullish(),
  tokenEndpointBodyParams: object.nullish(),
  userInfoEndpoint: z.string().nullish(),
  userInfoEndpointQueryParams: object.nullish(),
  userInfoEndpointHeaders: object.nullish(),
  jwksURI: z.string().nullish(),
  oidcDiscoveryEndpoint: z.string().nullish(),
  requireEmail: z.boolean().nullish(),
  userInfoMap: z.object({ fromIdTokenPayload: USER_INFO_FIELDS, fromUserInfoAPI: USER_INFO_FIELDS }).nullish(),
});

/** A request to configure a provider, before the provider itself is judged. */
export interface ProviderRequest {
  readonly config: JsonObject;
  readonly thirdPartyId: string;
  readonly skipValidation: boolean;
}

type Client = z.infer<typeof CLIENT>;
type GivenProvider = z.infer<typeof PROVIDER>;

/** Reads the body of a provider PUT: `config`, its `thirdPartyId` (trimmed), `skipValidation` (8.1, first steps). */
export function readProviderRequest(body: JsonObject): Valid<ProviderRequest> | BadInput {
  const config = member(body, 'config');
  if (!isJsonObject(config)) return invalidField('config');
  const thirdPartyId = readThirdPartyId(config);
  if (thirdPartyId.status !== 'OK') return thirdPartyId;
  const skipValidation = member(body, 'skipValidation') ?? false;
  if (typeof skipValidation !== 'boolean' || member(body, 'skipValidation') === null) {
    return invalidField('skipValidation');
  }
  return valid({ config, thirdPartyId: thirdPartyId.value, skipValidation });
}

/** Reads the `thirdPartyId` of a provider's configuration, or of the body that removes one (8.2): trimmed. */
export function readThirdPartyId(object: JsonObject): Valid<string> | BadInput {
  const id = member(object, 'thirdPartyId');
  return typeof id === 'string' ? valid(id.trim()) : invalidField('thirdPartyId');
}

/**
 * Judges a provider and brings it into its minimal form: absent and null members left out, except that null
 * parameters stay, and that clients and the user info map are always there (8.1). Wrong types and lengths are refused
 * (M10), then what 8.3 refuses; `skipValidation` leaves only the rule about repeated client types.
 */
export function checkProvider(request: ProviderRequest): Valid<ProviderConfig> | BadInput {
  const parsed = PROVIDER.safeParse({ ...request.config, thirdPartyId: request.thirdPartyId });
  if (!parsed.success) return invalidProvider(issueText(parsed.error));
  const refused = firstRefusal(parsed.data, request.skipValidation);
  if (refused !== undefined) return invalidProvider(refused);
  const provider = minimalForm(parsed.data);
  return canBeKept(provider) ? valid(provider) : invalidProvider('the configuration is too large or too deeply nested');
}

/** What is left of a provider whose secrets were erased, and what every minimal form starts from. */
export function bareProvider(thirdPartyId: string): ProviderConfig {
  return { thirdPartyId, clients: [], userInfoMap: { fromIdTokenPayload: {}, fromUserInfoAPI: {} } };
}

function invalidProvider(message: string): BadInput {
  return badInput(`Invalid third party config: ${message}`);
}

function issueText(error: z.ZodError): string {
  const [issue] = error.issues;
  const field = issue?.path.join('.');
  if (issue?.code === 'invalid_type') return `'${field}' must be of type ${issue.expected}`;
  if (issue?.code === 'too_big') return `'${field}' must not be longer than ${issue.maximum} characters`;
  return `'${field}' ${issue?.message}`;
}

function firstRefusal(provider: GivenProvider, skipValidation: boolean): string | undefined {
  if (provider.thirdPartyId === '' && !skipValidation) return 'thirdPartyId cannot be null or empty';
  const clientTypes = new Set<string>();
  for (const client of provider.clients ?? []) {
    const clientType = client.clientType ?? '';
    if (clientTypes.has(clientType)) return 'Duplicate clientType was specified in the clients list.';
    clientTypes.add(clientType);
    const refused = skipValidation ? undefined : clientRefusal(provider.thirdPartyId, client);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function clientRefusal(thirdPartyId: string, client: Client): string | undefined {
  if (typeof client.clientId !== 'string') return 'clientId cannot be null';
  if (client.scope?.includes(null)) return 'scope array cannot contain a null';
  const additional = withoutNulls(client.additionalConfig ?? {});
  const isText = (name: string) => typeof additional[name] === 'string' && additional[name] !== '';
  if (thirdPartyId.startsWith('apple') && !['keyId', 'teamId', 'privateKey'].every(isText)) {
    return (
      'a non empty string value must be specified for keyId, teamId and privateKey in the additionalConfig for ' +
      'Apple provider'
    );
  }
  if (thirdPartyId.startsWith('google-workspaces') && 'hd' in additional && !isText('hd')) {
    return 'hd in additionalConfig must be a non empty string value';
  }
  if (thirdPartyId.startsWith('boxy-saml') && 'boxyURL' in additional && !isText('boxyURL')) {
    return 'a non empty string value must be specified for boxyURL in the additionalConfig for Boxy SAML provider';
  }
  return undefined;
}

function minimalForm(given: GivenProvider): ProviderConfig {
  const { thirdPartyId, name, clients, userInfoMap, ...rest } = given;
  return {
    ...bareProvider(thirdPartyId),
    ...withoutNulls({
      name,
      clients: (clients ?? []).map(minimalClient),
      ...rest,
      userInfoMap: {
        fromIdTokenPayload: withoutNulls(userInfoMap?.fromIdTokenPayload ?? {}),
        fromUserInfoAPI: withoutNulls(userInfoMap?.fromUserInfoAPI ?? {}),
      },
    }),
  };
}

function minimalClient({ additionalConfig, ...client }: Client): JsonObject {
  return withoutNulls({ ...client, additionalConfig: additionalConfig && withoutNulls(additionalConfig) });
}
