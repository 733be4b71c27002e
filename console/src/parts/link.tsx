import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { navigate } from '../shell/place.js';

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'onClick'> {
  readonly to: string;
}

/** A link within the console: a real one, so that it can be opened in a tab of its own. */
export function Link({ to, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    const isElsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
    if (isElsewhere) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...rest} href={to} onClick={follow} />;
}
