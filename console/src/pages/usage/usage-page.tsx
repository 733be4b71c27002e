import { useState } from 'react';
import { useSession } from '../../api/session.js';
import { type Usage, useUsage } from '../../api/usage.js';
import { bytes, count, dollars, plural, shortCount } from '../../parts/format.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHead } from '../../parts/page-head.js';
import { Panel } from '../../parts/panel.js';
import { Select } from '../../parts/select.js';
import { Skeleton } from '../../parts/skeleton.js';
import { Stat } from '../../parts/stat.js';
import { DayBars } from './day-bars.js';
import { daysBetween, sumOf } from './days.js';
import { ModelTable } from './model-table.js';

const RANGES = [
  ['7', 'Last 7 days'],
  ['30', 'Last 30 days'],
  ['90', 'Last 90 days'],
] as const;

export function UsagePage() {
  const [range, setRange] = useState('30');
  const days = daysBetween(Number(range));
  const usage = useUsage(days[0] ?? '', days.at(-1) ?? '');
  const session = useSession();
  return (
    <>
      <PageHead
        title="Usage"
        acts={<Select label="Time" isLabelUnseen value={range} options={RANGES} onChange={setRange} />}
      >
        Tokens that were embedded, what they cost, and what is kept
        {session && (
          <>
            {' '}
            for the tenant <strong>{session.tenantId}</strong>
          </>
        )}
        .
      </PageHead>
      <Loaded of={usage} skeleton={<Skeleton shape="tiles" lines={4} />}>
        {(data) => <UsageParts usage={data} days={days} />}
      </Loaded>
    </>
  );
}

interface UsagePartsProps {
  readonly usage: Usage;
  readonly days: readonly string[];
}

function UsageParts({ usage: { days: used, storage }, days }: UsagePartsProps) {
  return (
    <div className="panels">
      <dl className="stats panel-wide">
        <Stat
          name="Tokens"
          value={shortCount(sumOf(used, 'tokens'))}
          note={`${shortCount(sumOf(used, 'texts'))} texts`}
        />
        <Stat
          name="Cost"
          value={dollars(sumOf(used, 'cost'))}
          note={`${shortCount(sumOf(used, 'requests'))} requests`}
        />
        <Stat name="Documents" value={count(storage.documents)} note={plural(storage.chunks, 'passage')} />
        <Stat name="Size" value={bytes(storage.bytes)} note={plural(storage.files, 'original file')} />
      </dl>
      <Panel title="Tokens a day" wide>
        <DayBars days={days} used={used} />
      </Panel>
      <Panel title="Models" wide>
        <ModelTable used={used} />
      </Panel>
    </div>
  );
}
