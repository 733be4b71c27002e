import { useDownload } from '../../api/documents.js';
import { Button } from '../../parts/button.js';
import { percent } from '../../parts/format.js';
import { useToasts } from '../../parts/toasts.js';
import type { DocumentViewProps } from './document-page.js';

/** Saves the file that the document was made from, and tells how far a large one is. */
export function DownloadButton({ document }: DocumentViewProps) {
  const { isPending, mutate, share } = useDownload(document);
  const toasts = useToasts();
  return (
    <Button icon="download" isBusy={isPending} onClick={() => mutate(undefined, { onError: toasts.failed })}>
      {share === undefined ? 'Original' : `Original ${percent(share)}`}
    </Button>
  );
}
