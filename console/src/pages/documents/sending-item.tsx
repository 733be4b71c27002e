import type { Sending } from '../../api/sending.js';
import { Badge } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { bytes, percent } from '../../parts/format.js';
import { Meter } from '../../parts/meter.js';

interface SendingItemProps {
  readonly sending: Sending;
  readonly onCancel: () => void;
}

export function SendingItem({ sending: { name, bytes: size, share, problem }, onCancel }: SendingItemProps) {
  return (
    <li className="upload-item">
      <span className="upload-name">
        {name}
        <span className="soft small"> {bytes(size)}</span>
      </span>
      {problem ? (
        <>
          <Badge tone="bad">not sent</Badge>
          <p className="upload-problem">
            {problem.message} {problem.hint} <code>{problem.code}</code>
          </p>
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
