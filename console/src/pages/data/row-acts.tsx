import { useState } from 'react';
import { useDeleteRow, useRestoreRow } from '../../api/rows.js';
import { Button } from '../../parts/button.js';
import { Confirm } from '../../parts/confirm.js';
import { useToasts } from '../../parts/toasts.js';
import { navigate, placeOf } from '../../shell/place.js';
import type { RowViewProps } from './row-page.js';

export function RowActs({ entity, of, row }: RowViewProps) {
  const [isAsked, setAsked] = useState(false);
  const remove = useDeleteRow(of);
  const restore = useRestoreRow(of);
  const toasts = useToasts();
  const isSoft = entity.traits.includes('softDelete');
  if (!entity.actions.includes('delete')) return null;
  if (row.deletedAt) {
    const bringBack = () =>
      restore.mutate(undefined, { onSuccess: () => toasts.done('The row is back.'), onError: toasts.failed });
    return (
      <Button look="primary" icon="restore" isBusy={restore.isPending} onClick={bringBack}>
        Restore
      </Button>
    );
  }
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        toasts.done('The row is deleted.');
        if (!isSoft) navigate(placeOf(['data', of.entity]), 'replace');
      },
      onError: toasts.failed,
      onSettled: () => setAsked(false),
    });
  return (
    <>
      <Button icon="trash" onClick={() => setAsked(true)}>
        Delete
      </Button>
      <Confirm
        title="Delete this row?"
        act="Delete"
        isOpen={isAsked}
        isBusy={remove.isPending}
        onConfirm={confirm}
        onClose={() => setAsked(false)}
      >
        {isSoft ? 'It can be restored later.' : 'This entity keeps no deleted rows: it will be gone.'}
      </Confirm>
    </>
  );
}
