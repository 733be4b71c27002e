import { useState } from 'react';
import { type DocumentAct, useDocumentAct } from '../../api/documents.js';
import { useMay } from '../../api/session.js';
import { Button } from '../../parts/button.js';
import { Confirm } from '../../parts/confirm.js';
import { useToasts } from '../../parts/toasts.js';
import type { DocumentViewProps } from './document-page.js';
import { DownloadButton } from './download-button.js';

/** What can be done with a document, as far as the session may. */
export function DocumentActs({ document }: DocumentViewProps) {
  const { id, title, deletedAt, hasOriginal } = document;
  const [isAsked, setAsked] = useState(false);
  const act = useDocumentAct();
  const toasts = useToasts();
  const may = useMay();
  const run = (wanted: DocumentAct, said: string) =>
    act.mutate(
      { id, act: wanted },
      {
        onSuccess: () => toasts.done(said),
        onError: toasts.failed,
        onSettled: () => setAsked(false),
      },
    );
  return (
    <>
      {hasOriginal && <DownloadButton document={document} />}
      {!deletedAt && may('documents', 'update') && (
        <Button
          icon="refresh"
          isBusy={act.isPending && act.variables.act === 'reembed'}
          onClick={() => run('reembed', `“${title}” gets new vectors.`)}
        >
          Re-embed
        </Button>
      )}
      {!deletedAt && may('documents', 'delete') && (
        <Button icon="trash" onClick={() => setAsked(true)}>
          Delete
        </Button>
      )}
      {deletedAt && may('documents', 'delete') && (
        <Button
          look="primary"
          icon="restore"
          isBusy={act.isPending}
          onClick={() => run('restore', `“${title}” is back.`)}
        >
          Restore
        </Button>
      )}
      <Confirm
        title="Move to the trash?"
        act="Delete"
        isOpen={isAsked}
        isBusy={act.isPending}
        onConfirm={() => run('delete', `“${title}” is in the trash.`)}
        onClose={() => setAsked(false)}
      >
        “{title}” will not be found any more. It can be restored from the trash for a while.
      </Confirm>
    </>
  );
}
