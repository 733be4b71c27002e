import { useState } from 'react';
import {
  type Branch,
  type BranchDetail,
  type Resolution,
  useBranch,
  useBranchActs,
} from '../../api/branches.js';
import { Button } from '../../parts/button.js';
import { plural } from '../../parts/format.js';
import { Loaded } from '../../parts/loaded.js';
import { ProblemNotice } from '../../parts/notice.js';
import { useToasts } from '../../parts/toasts.js';
import { MergeConflicts } from './merge-conflicts.js';
import { DiffTable } from './revision-diff.js';
import { RowForm } from './row-form.js';
import type { RowViewProps } from './row-page.js';

interface BranchViewProps extends RowViewProps {
  readonly branch: Branch;
}

/** One branch: what it changes, and what can be done with it while it is open. */
export function BranchView(view: BranchViewProps) {
  const detail = useBranch(view.of, view.branch.name);
  return (
    <div className="branch">
      <Loaded of={detail}>
        {(data) => (
          <>
            <DiffTable differences={data.differences} />
            {view.branch.state === 'open' && view.entity.actions.includes('update') && (
              <OpenBranch {...view} detail={data} />
            )}
          </>
        )}
      </Loaded>
    </div>
  );
}

interface OpenBranchProps extends BranchViewProps {
  readonly detail: BranchDetail;
}

function OpenBranch({ entity, of, branch: { name }, detail }: OpenBranchProps) {
  const [isEdited, setEdited] = useState(false);
  const { write, merge, abandon } = useBranchActs(of);
  const toasts = useToasts();
  const fields = entity.fields.filter(
    (field) => !field.generated && !field.encrypted && !entity.key.includes(field.name),
  );
  // By its promise: a branch that is merged is not shown as an open one any more when the answer is here.
  const mergeIn = (resolutions?: Readonly<Record<string, Resolution>>) =>
    merge.mutateAsync({ name, ...(resolutions && { resolutions }) }).then(
      (result) => {
        if (result.status === 'conflicts') return;
        toasts.done(`Merged: ${plural(result.changed.length, 'field')} of the row changed.`);
      },
      () => undefined,
    );
  if (isEdited) {
    const save = (changed: Parameters<typeof write.mutate>[0]['fields']) =>
      Object.keys(changed).length === 0
        ? setEdited(false)
        : write.mutate({ name, fields: changed }, { onSuccess: () => setEdited(false) });
    return (
      <RowForm fields={fields} row={detail.row} error={write.error} onSubmit={save}>
        <Button onClick={() => setEdited(false)}>Cancel</Button>
        <Button look="primary" type="submit" isBusy={write.isPending}>
          Save to the branch
        </Button>
      </RowForm>
    );
  }
  if (merge.data?.status === 'conflicts') {
    return (
      <MergeConflicts
        conflicts={merge.data.conflicts}
        error={merge.error}
        isBusy={merge.isPending}
        onSettle={(resolutions) => void mergeIn(resolutions)}
        onCancel={() => merge.reset()}
      />
    );
  }
  return (
    <>
      <ProblemNotice error={merge.error ?? abandon.error} />
      <div className="form-acts">
        <Button isBusy={abandon.isPending} onClick={() => abandon.mutate(name)}>
          Abandon
        </Button>
        <Button icon="pencil" onClick={() => setEdited(true)}>
          Edit the branch
        </Button>
        <Button look="primary" icon="branch" isBusy={merge.isPending} onClick={() => void mergeIn()}>
          Merge
        </Button>
      </div>
    </>
  );
}
