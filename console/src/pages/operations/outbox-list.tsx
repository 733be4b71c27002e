import type { Operations } from '../../api/operations.js';
import { milliseconds, plural } from '../../parts/format.js';

export function OutboxList({ subscribers }: { readonly subscribers: Operations['outbox'] }) {
  if (subscribers.length === 0) return <p className="soft">Nobody subscribes to changes.</p>;
  return (
    <ul className="lines">
      {subscribers.map(({ subscriber, waiting, oldestMs }) => (
        <li key={subscriber}>
          <span className="line-name">{subscriber}</span>
          <span className="number soft">
            {waiting === 0
              ? 'all told'
              : `${plural(waiting, 'change')}, the oldest ${milliseconds(oldestMs)} old`}
          </span>
        </li>
      ))}
    </ul>
  );
}
