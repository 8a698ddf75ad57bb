/** The keys in the text of `api_keys`, without the white space around them. A trailing comma adds none. */
export function splitApiKeys(text: string): string[] {
  const keys = text.split(',').map((key) => key.trim());
  while (keys.length > 1 && keys.at(-1) === '') keys.pop();
  return keys;
}

/** Whether a key is made of the characters that keys may have (00-conventions.md 6). */
export function hasKeyCharacters(key: string): boolean {
  return /^[A-Za-z0-9=-]*$/.test(key);
}
