const KEPT_AS = 'aquifer.key';

/** The key of this tab: from the link that opened it, which then forgets it, or the one signed in with before. */
export function takeKey(): string | undefined {
  const linked = new URLSearchParams(location.hash.slice(1)).get('key');
  if (linked === null) return sessionStorage.getItem(KEPT_AS) ?? undefined;
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
