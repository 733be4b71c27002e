import { type Upload, useForget } from '../../api/uploads.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { bytes } from '../../parts/format.js';
import { Link } from '../../parts/link.js';
import { useToasts } from '../../parts/toasts.js';
import { placeOf } from '../../shell/place.js';
import { UploadProblem } from './upload-problem.js';

const STATES: Readonly<Record<Upload['status'], readonly [Tone, string]>> = {
  queued: ['info', 'waiting'],
  processing: ['info', 'being read'],
  stored: ['good', 'searchable'],
  failed: ['bad', 'failed'],
};

export function UploadItem({ upload }: { readonly upload: Upload }) {
  const { id, fileName, bytes: size, status, documentId, error } = upload;
  const [tone, word] = STATES[status];
  const forget = useForget();
  const toasts = useToasts();
  return (
    <li className="upload-item" data-status={status}>
      <span className="upload-name">
        {documentId === null ? fileName : <Link to={placeOf(['documents', documentId])}>{fileName}</Link>}
        <span className="soft small"> {bytes(size)}</span>
      </span>
      <Badge tone={tone}>{word}</Badge>
      {error && <UploadProblem {...error} />}
      {status === 'failed' && (
        <Button
          look="quiet"
          icon="close"
          label={`Forget ${fileName}`}
          isBusy={forget.isPending}
          onClick={() => forget.mutate(id, { onError: toasts.failed })}
        />
      )}
    </li>
  );
}
