/**
 * Asks again only when the last answer is older than so much; who asks meanwhile gets the same one. What failed is not kept.
 * @param everyMs 0 for those that ask at once alone
 */
export function occasionally<T>(ask: () => Promise<T>, everyMs: number): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly at: number } | undefined;
  return () => {
    if (last && performance.now() - last.at <= everyMs) return last.answer;
    const taken = { answer: ask(), at: performance.now() };
    last = taken;
    taken.answer.catch(() => {
      if (last === taken) last = undefined;
    });
    return taken.answer;
  };
}
