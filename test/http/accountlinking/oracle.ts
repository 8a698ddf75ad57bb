/** A login method as answers show it. */
export interface ShownMethod {
  readonly recipeUserId: string;
  readonly recipeId: string;
  readonly tenantIds: readonly string[];
  readonly email?: string;
  readonly phoneNumber?: string;
  readonly thirdParty?: { readonly id: string; readonly userId: string };
}

/** A user as answers show it. */
export interface ShownUser {
  readonly id: string;
  readonly isPrimaryUser: boolean;
  readonly timeJoined: number;
  readonly loginMethods: readonly ShownMethod[];
}

function infosOf({ email, phoneNumber, thirdParty }: ShownMethod): string[] {
  return [
    ...(email === undefined ? [] : [`email ${email}`]),
    ...(phoneNumber === undefined ? [] : [`phone ${phoneNumber}`]),
    ...(thirdParty === undefined ? [] : [`account ${thirdParty.id} ${thirdParty.userId}`]),
  ];
}

/** T x A of 32-users.md 8.1, for one user or for several together. */
function reservedBy(...users: readonly ShownUser[]): Set<string> {
  const methods = users.flatMap((user) => user.loginMethods);
  const tenants = methods.flatMap((method) => method.tenantIds);
  const infos = methods.flatMap(infosOf);
  return new Set(tenants.flatMap((tenant) => infos.map((info) => `${tenant} ${info}`)));
}

/** The primary users, these excepted, that have something these would reserve together. */
export function ownersInTheWay(all: readonly ShownUser[], ...these: readonly ShownUser[]): string[] {
  const wanted = reservedBy(...these);
  return all
    .filter((other) => other.isPrimaryUser && !these.some(({ id }) => id === other.id))
    .filter((other) => [...reservedBy(other)].some((place) => wanted.has(place)))
    .map((other) => other.id);
}

/** Every broken rule of 32-users.md 8.1, and of uniqueness per recipe, among all users of an app; in words. */
export function brokenRules(all: readonly ShownUser[]): string[] {
  const broken: string[] = [];
  for (const user of all) {
    if (user.isPrimaryUser)
      for (const other of ownersInTheWay(all, user)) broken.push(`${user.id} and ${other} reserve the same`);
    else if (user.loginMethods.length !== 1 || user.loginMethods[0]?.recipeUserId !== user.id)
      broken.push(`${user.id} is not primary and not one login method`);
  }
  const holders = new Map<string, string>();
  for (const method of all.flatMap((user) => user.loginMethods))
    for (const place of claimsOf(method)) {
      const holder = holders.get(place);
      if (holder !== undefined) broken.push(`${holder} and ${method.recipeUserId} both hold ${place}`);
      holders.set(place, method.recipeUserId);
    }
  return broken;
}

function claimsOf(method: ShownMethod): string[] {
  const { recipeId, tenantIds } = method;
  const own = infosOf(method).filter((info) => recipeId !== 'thirdparty' || info.startsWith('account '));
  return tenantIds.flatMap((tenant) => own.map((info) => `${recipeId} ${tenant} ${info}`));
}
