import { type ReactNode, useId } from 'react';

interface PanelProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** A part of a page, with its name. */
export function Panel({ title, aside, wide, children }: PanelProps) {
  const heading = useId();
  return (
    <section className={wide ? 'panel panel-wide' : 'panel'} aria-labelledby={heading}>
      <header className="panel-head">
        <h2 id={heading}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
