/**
 * Makes what mints the tokens of one command. When another writer came first and the command is decided again, tokens
 * that would say the same are not minted again.
 */
export function mintOnce<T>(): (content: readonly unknown[], mint: () => Promise<T>) => Promise<T> {
  let last: { readonly content: string; readonly minted: T } | undefined;
  return async (content, mint) => {
    const key = JSON.stringify(content);
    if (last?.content !== key) last = { content: key, minted: await mint() };
    return last.minted;
  };
}
