import type { Backlog } from '../../api/overview.js';
import { count, milliseconds } from '../../parts/format.js';
import { Stat } from '../../parts/stat.js';

export function BacklogFigures({ backlog: { waiting, failed, oldestMs } }: { readonly backlog: Backlog }) {
  const isClear = waiting === 0 && failed === 0;
  return (
    <>
      <dl className="stats stats-plain">
        <Stat name="Waiting" value={count(waiting)} />
        <Stat name="Failed" value={count(failed)} />
        <Stat name="Oldest" value={!oldestMs ? '–' : milliseconds(oldestMs)} />
      </dl>
      <p className="soft small">
        {isClear ? 'Everything that is stored has its vectors.' : 'What waits is found by its words already.'}
      </p>
    </>
  );
}
