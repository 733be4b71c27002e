import { type JobFailure, type Jobs, useJobs, useRetry } from '../../api/operations.js';
import { useMay } from '../../api/session.js';
import { Button } from '../../parts/button.js';
import { plural } from '../../parts/format.js';
import { Link } from '../../parts/link.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { Time } from '../../parts/time.js';
import { useToasts } from '../../parts/toasts.js';
import { placeOf } from '../../shell/place.js';
import { BacklogFigures } from '../overview/backlog-figures.js';

export function JobsPanel() {
  const jobs = useJobs();
  const retry = useRetry();
  const toasts = useToasts();
  const may = useMay();
  const again = (documents?: readonly string[]) =>
    retry.mutate(documents, {
      onSuccess: ({ requeued }) => toasts.done(`${plural(requeued, 'document')} will be tried again.`),
      onError: toasts.failed,
    });
  const isRetryShown = (jobs.data?.backlog.failed ?? 0) > 0 && may('jobs', 'update');
  return (
    <Panel
      title="Jobs"
      wide
      aside={
        isRetryShown && (
          <Button icon="refresh" isBusy={retry.isPending} onClick={() => again()}>
            Retry all
          </Button>
        )
      }
    >
      <Loaded of={jobs}>
        {(data) => <JobFigures jobs={data} onRetry={isRetryShown ? again : undefined} />}
      </Loaded>
    </Panel>
  );
}

interface JobFiguresProps {
  readonly jobs: Jobs;
  readonly onRetry: ((documents: readonly string[]) => void) | undefined;
}

function JobFigures({ jobs: { backlog, failures }, onRetry }: JobFiguresProps) {
  return (
    <>
      <BacklogFigures backlog={backlog} />
      <ul className="lines">
        {failures.items.map((failure) => (
          <Failure key={failure.documentId} failure={failure} onRetry={onRetry} />
        ))}
      </ul>
    </>
  );
}

interface FailureProps extends Pick<JobFiguresProps, 'onRetry'> {
  readonly failure: JobFailure;
}

function Failure({ failure, onRetry }: FailureProps) {
  const { documentId, source, code, reason, attempts, dead, retryAt } = failure;
  return (
    <li>
      <span className="line-name">
        <Link to={placeOf(['documents', documentId])}>{source}</Link>
        <span className="line-note">
          {reason} <code>{code}</code>
        </span>
        <span className="line-note">
          {plural(attempts, 'try', 'tries')},{' '}
          {dead ? (
            'no more by itself'
          ) : (
            <>
              the next <Time at={retryAt} />
            </>
          )}
        </span>
      </span>
      {onRetry && (
        <Button icon="refresh" onClick={() => onRetry([documentId])}>
          Retry
        </Button>
      )}
    </li>
  );
}
