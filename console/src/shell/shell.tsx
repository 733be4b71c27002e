import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { EmptyState } from '../parts/states.js';
import { Boundary } from './boundary.js';
import { Brand } from './brand.js';
import { Navigation } from './navigation.js';
import { type ConsolePage, pageOf } from './pages.js';
import { usePlace } from './place.js';
import { ShortcutHelp } from './shortcut-help.js';
import { useShortcuts } from './shortcuts.js';
import { Who } from './who.js';

interface ShellProps {
  readonly onSignOut: () => void;
}

/** What stands around every page. */
export function Shell({ onSignOut }: ShellProps) {
  const { path } = usePlace();
  const page = pageOf(path);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const openHelp = useCallback(() => setHelpOpen(true), []);
  const main = useRef<HTMLElement>(null);
  useShortcuts(openHelp);
  useArrival(path, page, main, () => setMenuOpen(false));
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className="topbar">
        <Brand />
        <Button look="quiet" icon="menu" label="Menu" onClick={() => setMenuOpen(true)} />
      </header>
      <div className="sidebar">
        <Brand />
        <Navigation current={page} />
        <Who onSignOut={onSignOut} onHelp={openHelp} />
      </div>
      <main id="main" className="main" tabIndex={-1} ref={main}>
        <Boundary key={path}>{page ? <page.Page /> : <NoSuchPage />}</Boundary>
      </main>
      <Dialog title="Menu" side isOpen={isMenuOpen} onClose={() => setMenuOpen(false)}>
        <Navigation current={page} />
        <Who onSignOut={onSignOut} onHelp={openHelp} />
      </Dialog>
      <ShortcutHelp isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}

/** A new page is told by its title, and reading goes on at its beginning. */
function useArrival(
  path: string,
  page: ConsolePage | undefined,
  main: React.RefObject<HTMLElement | null>,
  closeMenu: () => void,
): void {
  const before = useRef(path);
  const close = useRef(closeMenu);
  useEffect(() => {
    document.title = `${page?.name ?? 'Not found'} · Aquifer`;
    if (before.current === path) return;
    before.current = path;
    close.current();
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path, page, main]);
}

function NoSuchPage() {
  return (
    <EmptyState icon="search" title="There is no such page">
      The address leads nowhere. The pages are in the menu.
    </EmptyState>
  );
}
