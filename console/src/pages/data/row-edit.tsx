import { useState } from 'react';
import type { Answer } from '../../api/api.js';
import type { JsonObject } from '../../api/audit.js';
import { asProblem } from '../../api/problem.js';
import { useRow, useUpdate } from '../../api/rows.js';
import { Button } from '../../parts/button.js';
import { useToasts } from '../../parts/toasts.js';
import { RowConflict } from './row-conflict.js';
import { RowForm } from './row-form.js';
import type { RowViewProps } from './row-page.js';

interface RowEditProps extends RowViewProps {
  readonly onDone: () => void;
}

/** Changes a row from the state that it was opened in; when someone was faster, both changes are shown. */
export function RowEdit({ entity, of, row, etag, onDone }: RowEditProps) {
  const [opened] = useState({ row, etag });
  const [wanted, setWanted] = useState<JsonObject>();
  const [theirs, setTheirs] = useState<Answer<JsonObject>>();
  const update = useUpdate(of);
  const current = useRow(of);
  const toasts = useToasts();
  const readTheirs = async (error: Error) => {
    if (!isOutrun(error)) return;
    const { data, error: failure } = await current.refetch();
    if (failure) toasts.failed(failure);
    else setTheirs(data);
  };
  const write = (fields: JsonObject, ifMatch: string | undefined) => {
    setWanted(fields);
    if (Object.keys(fields).length === 0) return onDone();
    update.mutate(
      { fields, ifMatch },
      {
        onSuccess: () => {
          toasts.done('The row is changed.');
          onDone();
        },
        onError: (error) => void readTheirs(error),
      },
    );
  };
  const error = isOutrun(update.error) ? undefined : update.error;
  const isBusy = update.isPending || current.isFetching;
  const fields = entity.fields.filter(({ name, generated }) => !generated && !entity.key.includes(name));
  if (wanted && theirs) {
    return (
      <RowConflict
        opened={opened.row}
        current={theirs.data}
        wanted={wanted}
        error={error}
        isBusy={isBusy}
        onWrite={(settled) => write(settled, theirs.etag)}
        onGiveUp={onDone}
      />
    );
  }
  return (
    <RowForm
      fields={fields}
      row={opened.row}
      error={error}
      onSubmit={(changed) => write(changed, opened.etag)}
    >
      <Button onClick={onDone}>Cancel</Button>
      <Button look="primary" type="submit" isBusy={isBusy}>
        Save
      </Button>
    </RowForm>
  );
}

/** Whether the row had changed before the write came. */
function isOutrun(error: Error | null): boolean {
  return error !== null && asProblem(error).status === 412;
}
