import type { ReactNode } from 'react';
import { asProblem, type Problem } from '../api/problem.js';
import { Button } from './button.js';
import { Icon, type IconName } from './icon.js';

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly act?: ReactNode;
}

/** Nothing to show, why, and what to do about it. */
export function EmptyState({ icon, title, children, act }: EmptyStateProps) {
  return (
    <div className="state">
      <span className="state-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {act}
    </div>
  );
}

interface ErrorStateProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What could not be shown: not permitted, not served here, or failed. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const problem = asProblem(error);
  if (problem.status === 403) return <Forbidden problem={problem} />;
  if (problem.code === 'AQF_ROUTE_NOT_FOUND' || problem.status === 501) {
    return (
      <EmptyState icon="clock" title="This server does not offer this">
        It is of another version, or set up without it. Everything else works as it did.
      </EmptyState>
    );
  }
  return (
    <div className="state state-bad" role="alert">
      <span className="state-icon">
        <Icon name="warning" />
      </span>
      <h2>{problem.message}</h2>
      <p>{problem.hint}</p>
      <ProblemFacts problem={problem} />
      {onRetry && (
        <Button icon="refresh" onClick={onRetry}>
          Retry
        </Button>
      )}
    </div>
  );
}

function Forbidden({ problem }: { readonly problem: Problem }) {
  const permission = /permission (\S+:\S+?)\.?$/.exec(problem.message)?.[1];
  return (
    <EmptyState icon="lock" title="Not for this key">
      {permission === undefined ? (
        problem.message
      ) : (
        <>
          Seeing this needs the permission <code>{permission}</code>.
        </>
      )}{' '}
      {problem.hint}
    </EmptyState>
  );
}

export function ProblemFacts({ problem }: { readonly problem: Problem }) {
  return (
    <p className="problem-facts">
      <code>{problem.code}</code>
      {problem.instance !== undefined && <> · request {problem.instance}</>}
    </p>
  );
}
