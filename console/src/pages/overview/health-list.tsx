import type { HealthPart } from '../../api/overview.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { milliseconds } from '../../parts/format.js';

const TONES: Readonly<Record<HealthPart['status'], Tone>> = { up: 'good', down: 'bad', off: 'plain' };

export function HealthList({ parts }: { readonly parts: readonly HealthPart[] }) {
  return (
    <ul className="lines">
      {parts.map(({ part, status, ms, detail }) => (
        <li key={part}>
          <span className="line-name">
            {part}
            {detail !== null && <span className="line-note">{detail}</span>}
          </span>
          {ms !== null && <span className="number soft small">{milliseconds(ms)}</span>}
          <Badge tone={TONES[status]}>{status}</Badge>
        </li>
      ))}
    </ul>
  );
}
