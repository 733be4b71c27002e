import { Icon } from '../parts/icon.js';
import { Link } from '../parts/link.js';
import { type ConsolePage, PAGES } from './pages.js';

interface NavigationProps {
  readonly current: ConsolePage | undefined;
}

export function Navigation({ current }: NavigationProps) {
  return (
    <nav className="nav" aria-label="Pages">
      {PAGES.map((page) => (
        <Link
          key={page.path}
          to={page.path}
          className="nav-item"
          aria-current={page === current ? 'page' : undefined}
        >
          <Icon name={page.icon} />
          {page.name}
          <span className="nav-key" aria-hidden="true">
            g {page.letter}
          </span>
        </Link>
      ))}
    </nav>
  );
}
