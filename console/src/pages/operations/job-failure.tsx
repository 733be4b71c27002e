import type { JobFailure } from '../../api/operations.js';
import { Badge } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { plural } from '../../parts/format.js';
import { Link } from '../../parts/link.js';
import { Time } from '../../parts/time.js';
import { placeOf } from '../../shell/place.js';

interface JobFailureItemProps {
  readonly failure: JobFailure;
  readonly isBusy: boolean;
  /** Undefined where it may not be tried again. */
  readonly onRetry: (() => void) | undefined;
}

/** A document that could not be embedded: why, how often it was tried, and what comes next. */
export function JobFailureItem({ failure, isBusy, onRetry }: JobFailureItemProps) {
  const { documentId, source, code, reason, attempts, dead, failedAt, retryAt } = failure;
  return (
    <li>
      <span className="line-name">
        <Link to={placeOf(['documents', documentId])}>{source}</Link>{' '}
        <Badge tone={dead ? 'bad' : 'warn'}>{dead ? 'given up' : 'tried again'}</Badge>
        <span className="line-note">
          {reason} <code>{code}</code>
        </span>
        <span className="line-note">
          {plural(attempts, 'try', 'tries')}, the last <Time at={failedAt} />
          {!dead && (
            <>
              , the next <Time at={retryAt} />
            </>
          )}
        </span>
      </span>
      {onRetry && (
        <Button icon="refresh" isBusy={isBusy} onClick={onRetry}>
          Retry
        </Button>
      )}
    </li>
  );
}
