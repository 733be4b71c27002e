import type { Operations } from '../../api/operations.js';
import { Badge } from '../../parts/badge.js';
import { milliseconds } from '../../parts/format.js';

/** What was just written is missed from about there on. */
const LATE_MS = 1000;

export function ReplicaList({ replicas }: Pick<Operations, 'replicas'>) {
  if (replicas.length === 0) return <p className="soft">There are none: the primary answers everything.</p>;
  return (
    <ul className="lines">
      {replicas.map(({ name, status, lagMs }) => (
        <li key={name}>
          <span className="line-name">{name}</span>
          {lagMs !== null && (
            <span className={lagMs > LATE_MS ? 'number late' : 'number soft'}>
              {milliseconds(lagMs)} behind
            </span>
          )}
          <Badge tone={status === 'down' ? 'bad' : 'good'}>{status}</Badge>
        </li>
      ))}
    </ul>
  );
}
