import type { ReactNode } from 'react';

interface PageHeadProps {
  readonly title: ReactNode;
  readonly above?: ReactNode;
  readonly children?: ReactNode;
  readonly acts?: ReactNode;
}

/** The name of a page, a line about it, and what can be done with all of it. */
export function PageHead({ title, above, children, acts }: PageHeadProps) {
  return (
    <header className="page-head">
      <div>
        {above}
        <h1>{title}</h1>
        {children !== undefined && <p className="soft">{children}</p>}
      </div>
      {acts !== undefined && <div className="page-acts">{acts}</div>}
    </header>
  );
}
