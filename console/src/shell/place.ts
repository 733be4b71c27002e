import { useMemo, useSyncExternalStore } from 'react';

/** Where in the console one is: the address of the page. */
export interface Place {
  readonly path: string;
  /** The parts of the path, decoded: `['documents', 'a/b']`. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

const MOVED = 'aquifer:moved';

export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  dispatchEvent(new Event(MOVED));
}

export function usePlace(): Place {
  const address = useSyncExternalStore(subscribe, currentAddress);
  return useMemo(() => {
    const { pathname, searchParams } = new URL(address, location.origin);
    const parts = pathname.split('/').filter((part) => part !== '');
    return { path: pathname, parts: parts.map(decodeURIComponent), query: searchParams };
  }, [address]);
}

/** A path of the console: its parts, and what it is asked for. */
export function placeOf(parts: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const path = `/${parts.map(encodeURIComponent).join('/')}`;
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

function currentAddress(): string {
  return location.pathname + location.search;
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(MOVED, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(MOVED, listener);
  };
}
