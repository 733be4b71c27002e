import type { Operations } from '../../api/operations.js';
import { milliseconds, plural } from '../../parts/format.js';

/** A subscriber that is well is behind for moments. */
const LATE_MS = 60_000;

export function OutboxList({ subscribers }: { readonly subscribers: Operations['outbox'] }) {
  if (subscribers.length === 0) return <p className="soft">Nobody subscribes to changes.</p>;
  return (
    <ul className="lines">
      {subscribers.map(({ subscriber, waiting, oldestMs }) => (
        <li key={subscriber}>
          <span className="line-name">{subscriber}</span>
          <span className={oldestMs !== null && oldestMs > LATE_MS ? 'number late' : 'number soft'}>
            {waiting === 0
              ? 'all told'
              : `${plural(waiting, 'change')}, the oldest ${milliseconds(oldestMs)} old`}
          </span>
        </li>
      ))}
    </ul>
  );
}
