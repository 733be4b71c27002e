import type { Operations } from '../../api/operations.js';
import { milliseconds, plural } from '../../parts/format.js';
import { Time } from '../../parts/time.js';

export function SlowQueries({ queries }: { readonly queries: Operations['slowQueries'] }) {
  if (queries.length === 0) return <p className="soft">No statement took longer than the limit.</p>;
  return (
    <ul className="slow-list">
      {queries.map(({ id, at, ms, statement, rows }) => (
        <li key={id}>
          <code>{statement}</code>
          <span className="soft small number">
            {milliseconds(ms)}
            {rows !== null && ` · ${plural(rows, 'row')}`} · <Time at={at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
