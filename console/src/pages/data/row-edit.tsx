import { useState } from 'react';
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
  const update = useUpdate(of);
  const current = useRow(of);
  const toasts = useToasts();
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
        onError: () => void current.refetch(),
      },
    );
  };
  const isConflict = update.error !== null && asProblem(update.error).status === 412;
  const fields = entity.fields.filter(({ name, generated }) => !generated && !entity.key.includes(name));
  if (isConflict && wanted && current.data) {
    return (
      <RowConflict
        opened={opened.row}
        current={current.data.data}
        wanted={wanted}
        isBusy={update.isPending || current.isFetching}
        onWrite={(settled) => write(settled, current.data.etag)}
        onGiveUp={onDone}
      />
    );
  }
  return (
    <RowForm
      fields={fields}
      row={opened.row}
      error={update.error}
      onSubmit={(changed) => write(changed, opened.etag)}
    >
      <Button onClick={onDone}>Cancel</Button>
      <Button look="primary" type="submit" isBusy={update.isPending}>
        Save
      </Button>
    </RowForm>
  );
}
