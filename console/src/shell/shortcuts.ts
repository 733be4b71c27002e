import { useEffect } from 'react';
import { PAGES } from './pages.js';
import { navigate } from './place.js';

const TOGETHER_MS = 1200;

/** `/` goes to the search, `g` and a letter to a page, `?` tells of them. Silent while one types. */
export function useShortcuts(onHelp: () => void): void {
  useEffect(() => {
    let wentAt = Number.NEGATIVE_INFINITY;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
      const isSecond = event.timeStamp - wentAt < TOGETHER_MS;
      wentAt = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      const page = isSecond ? PAGES.find(({ letter }) => letter === event.key) : undefined;
      if (page) navigate(page.path);
      else if (event.key === '/') focusSearch();
      else if (event.key === '?') onHelp();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [onHelp]);
}

export const SEARCH_FIELD = 'search-question';

function focusSearch(): void {
  if (location.pathname !== '/search') navigate('/search');
  requestAnimationFrame(() => document.getElementById(SEARCH_FIELD)?.focus());
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]')) return true;
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}
