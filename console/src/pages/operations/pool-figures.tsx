import type { Operations } from '../../api/operations.js';
import { Meter } from '../../parts/meter.js';
import { Stat } from '../../parts/stat.js';

export function PoolFigures({ pool }: Pick<Operations, 'pool'>) {
  if (!pool) return <p className="soft">The embedded database has one connection, and no pool.</p>;
  const inUse = pool.total - pool.idle;
  return (
    <>
      <dl className="stats stats-plain">
        <Stat name="In use" value={inUse} note={`of ${pool.max}`} />
        <Stat name="Idle" value={pool.idle} />
        <Stat name="Waiting" value={pool.waiting} />
      </dl>
      <Meter label="Connections in use" share={inUse / pool.max} tone={pool.waiting > 0 ? 'bad' : 'accent'} />
    </>
  );
}
