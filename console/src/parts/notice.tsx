import type { ReactNode } from 'react';
import { asProblem } from '../api/problem.js';
import { Icon } from './icon.js';

interface NoticeProps {
  readonly tone: 'bad' | 'warn' | 'good' | 'info';
  readonly title: ReactNode;
  readonly children?: ReactNode;
}

/** A word in the place that it is about. */
export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={tone === 'good' ? 'check' : 'warning'} />
      <div>
        <strong>{title}</strong>
        {children !== undefined && <p>{children}</p>}
      </div>
    </div>
  );
}

/** What went wrong, where it was tried; nothing where nothing did. */
export function ProblemNotice({ error }: { readonly error: unknown }) {
  if (!error) return null;
  const { message, hint, code } = asProblem(error);
  return (
    <Notice tone="bad" title={message}>
      {hint} <code>{code}</code>
    </Notice>
  );
}
