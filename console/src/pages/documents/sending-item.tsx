import type { Sending } from '../../api/sending.js';
import { Badge } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { bytes, percent } from '../../parts/format.js';
import { Meter } from '../../parts/meter.js';
import { UploadProblem } from './upload-problem.js';

interface SendingItemProps {
  readonly sending: Sending;
  readonly onAgain: () => void;
  readonly onCancel: () => void;
}

export function SendingItem({ sending, onAgain, onCancel }: SendingItemProps) {
  const { name, bytes: size, share, problem } = sending;
  return (
    <li className="upload-item" data-status={problem ? 'failed' : 'sending'}>
      <span className="upload-name">
        {name}
        <span className="soft small"> {bytes(size)}</span>
      </span>
      {problem ? (
        <>
          <Badge tone="bad">not sent</Badge>
          <UploadProblem code={problem.code} message={problem.message} hint={problem.hint} />
          <Button look="quiet" icon="refresh" label={`Send ${name} again`} onClick={onAgain} />
        </>
      ) : (
        <span className="upload-progress">
          <Meter label={`${name}: sent`} share={share} />
          <span className="small soft number">{percent(share)}</span>
        </span>
      )}
      <Button
        look="quiet"
        icon="close"
        label={problem ? `Dismiss ${name}` : `Cancel ${name}`}
        onClick={onCancel}
      />
    </li>
  );
}
