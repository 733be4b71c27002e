const KEPT_AS = 'aquifer.key';

/** Calls back when a link with a key is opened in this very tab: the page stays, and only its address changes. */
export function onLinkedKey(take: (key: string) => void): () => void {
  const listen = () => {
    const key = linkedKey();
    if (key !== undefined) take(key);
  };
  addEventListener('hashchange', listen);
  return () => removeEventListener('hashchange', listen);
}

/** The key of this tab: from the link that opened it, which then forgets it, or the one signed in with before. */
export function takeKey(): string | undefined {
  return linkedKey() ?? sessionStorage.getItem(KEPT_AS) ?? undefined;
}

function linkedKey(): string | undefined {
  const linked = new URLSearchParams(location.hash.slice(1)).get('key');
  if (linked === null) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  keepKey(linked);
  return linked;
}

/** For this tab, and no longer than it is open. */
export function keepKey(key: string): void {
  sessionStorage.setItem(KEPT_AS, key);
}

export function forgetKey(): void {
  sessionStorage.removeItem(KEPT_AS);
}
