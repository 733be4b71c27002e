import { useState } from 'react';
import type { SlowQuery } from '../../api/operations.js';
import { Button } from '../../parts/button.js';
import { milliseconds, plural } from '../../parts/format.js';
import { Time } from '../../parts/time.js';
import { SlowPlan } from './slow-plan.js';

const FIRST = 8;

/** The latest first, and the rest of them for who asks. */
export function SlowQueries({ queries }: { readonly queries: readonly SlowQuery[] }) {
  const [isWhole, setWhole] = useState(false);
  if (queries.length === 0) return <p className="soft">No statement took longer than the limit.</p>;
  const shown = isWhole ? queries : queries.slice(0, FIRST);
  return (
    <>
      <ul className="slow-list">
        {shown.map((query) => (
          <SlowItem key={query.id} query={query} />
        ))}
      </ul>
      {shown.length < queries.length && (
        <div className="more">
          <Button onClick={() => setWhole(true)}>Show all {queries.length}</Button>
        </div>
      )}
    </>
  );
}

function SlowItem({ query }: { readonly query: SlowQuery }) {
  const { id, at, ms, statement, rows, requestId } = query;
  return (
    <li>
      <code className="statement">{statement}</code>
      <span className="soft small number">
        <strong>{milliseconds(ms)}</strong>
        {rows !== null && ` · ${plural(rows, 'row')}`} · <Time at={at} />
        {requestId !== null && ` · request ${requestId}`}
      </span>
      <SlowPlan id={id} />
    </li>
  );
}
