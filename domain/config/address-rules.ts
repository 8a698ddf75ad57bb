/** The longest rule taken, in characters. */
const MAX_RULE_LENGTH = 2000;

/** Compiles a rule so that it has to match whole texts; undefined if it is no regular expression or too long. */
export function compileAddressRule(rule: string): RegExp | undefined {
  if (rule.length > MAX_RULE_LENGTH) return undefined;
  try {
    // On its own first: `a)|(b` is a valid expression only between the brackets that are put around it.
    new RegExp(rule);
    return new RegExp(`^(?:${rule})$`);
  } catch {
    return undefined;
  }
}
