import { useState } from 'react';
import { type Revision, useRevert, useRevisions } from '../../api/rows.js';
import { Button } from '../../parts/button.js';
import { Loaded } from '../../parts/loaded.js';
import { More } from '../../parts/more.js';
import { Operation } from '../../parts/operation.js';
import { Time } from '../../parts/time.js';
import { useToasts } from '../../parts/toasts.js';
import { RevisionDiff } from './revision-diff.js';
import type { RowViewProps } from './row-page.js';

/** The revisions of a row, what each changed, and the way back to it. */
export function RowHistory({ entity, of }: RowViewProps) {
  const revisions = useRevisions(of);
  const [open, setOpen] = useState<number>();
  const revert = useRevert(of);
  const toasts = useToasts();
  const goBack = (revision: number) =>
    revert.mutate(revision, {
      onSuccess: () => toasts.done(`The row is as it was at revision ${revision}.`),
      onError: toasts.failed,
    });
  return (
    <Loaded of={revisions}>
      {(all) => (
        <>
          <ol className="revisions">
            {all.map((revision, at) => (
              <li key={revision.revision}>
                <RevisionHead
                  revision={revision}
                  isOpen={open === revision.revision}
                  onToggle={() => setOpen(open === revision.revision ? undefined : revision.revision)}
                />
                {entity.actions.includes('update') && at > 0 && revision.operation !== 'delete' && (
                  <Button
                    icon="restore"
                    isBusy={revert.isPending && revert.variables === revision.revision}
                    onClick={() => goBack(revision.revision)}
                  >
                    Revert to this
                  </Button>
                )}
                {open === revision.revision && (
                  <RevisionDiff of={of} revision={revision} before={all[at + 1]} />
                )}
              </li>
            ))}
          </ol>
          <More list={revisions} />
        </>
      )}
    </Loaded>
  );
}

interface RevisionHeadProps {
  readonly revision: Revision;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function RevisionHead({ revision, isOpen, onToggle }: RevisionHeadProps) {
  const { revision: number, operation, changed, actorId, at } = revision;
  return (
    <button type="button" className="revision-head" aria-expanded={isOpen} onClick={onToggle}>
      <span className="revision-number number">{number}</span>
      <Operation name={operation} />
      <span className="soft small revision-changed">{changed?.join(', ')}</span>
      <span className="soft small">{actorId ?? 'unknown'}</span>
      <span className="soft small">
        <Time at={at} />
      </span>
    </button>
  );
}
