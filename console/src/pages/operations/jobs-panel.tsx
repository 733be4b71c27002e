import { type Jobs, useJobs, useRetry } from '../../api/operations.js';
import { useMay } from '../../api/session.js';
import { Button } from '../../parts/button.js';
import { plural } from '../../parts/format.js';
import { Loaded } from '../../parts/loaded.js';
import { More } from '../../parts/more.js';
import { Panel } from '../../parts/panel.js';
import { useToasts } from '../../parts/toasts.js';
import { BacklogFigures } from '../overview/backlog-figures.js';
import { JobFailureItem } from './job-failure.js';

const PLACES: Readonly<Record<Jobs['queue']['place'], string>> = { postgres: 'PostgreSQL', redis: 'Redis' };

/** What waits to be embedded, what could not be, and the way to try that again. */
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
  const isRetryShown = (jobs.data?.failures.length ?? 0) > 0 && may('jobs', 'update');
  return (
    <Panel
      title="Jobs"
      wide
      aside={
        isRetryShown && (
          <Button
            icon="refresh"
            isBusy={retry.isPending && retry.variables === undefined}
            onClick={() => again()}
          >
            Retry all
          </Button>
        )
      }
    >
      <Loaded of={jobs}>
        {({ backlog, queue, failures }) => (
          <>
            <BacklogFigures backlog={backlog} />
            <p className="soft small">{queueText(queue)}</p>
            {failures.length > 0 && (
              <ul className="lines failures" aria-label="Failed">
                {failures.map((failure) => (
                  <JobFailureItem
                    key={failure.documentId}
                    failure={failure}
                    isBusy={retry.isPending && retry.variables?.[0] === failure.documentId}
                    onRetry={isRetryShown ? () => again([failure.documentId]) : undefined}
                  />
                ))}
              </ul>
            )}
            <More list={jobs} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function queueText({ place, worker }: Jobs['queue']): string {
  const queue = `The queue is in ${PLACES[place]}`;
  return worker
    ? `${queue}; this process works on it.`
    : `${queue}; other processes work on it, not this one.`;
}
