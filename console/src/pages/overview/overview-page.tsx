import { type Overview, useOverview } from '../../api/overview.js';
import { bytes, count, plural } from '../../parts/format.js';
import { Link } from '../../parts/link.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHead } from '../../parts/page-head.js';
import { Panel } from '../../parts/panel.js';
import { Skeleton } from '../../parts/skeleton.js';
import { Stat } from '../../parts/stat.js';
import { placeOf } from '../../shell/place.js';
import { BacklogFigures } from './backlog-figures.js';
import { CacheTiers } from './cache-tiers.js';
import { HealthList } from './health-list.js';
import { TrafficPanels } from './traffic-panels.js';

export function OverviewPage() {
  const overview = useOverview();
  return (
    <>
      <PageHead title="Overview">What is stored here, and how it is doing.</PageHead>
      <Loaded of={overview} skeleton={<Skeleton shape="tiles" lines={6} />}>
        {(data) => <OverviewParts overview={data} />}
      </Loaded>
    </>
  );
}

function OverviewParts({ overview }: { readonly overview: Overview }) {
  const { stored, health, traffic, backlog, cache } = overview;
  return (
    <div className="panels">
      <dl className="stats panel-wide">
        <Stat name="Documents" value={count(stored.documents)} note={plural(stored.chunks, 'passage')} />
        <Stat name="Collections" value={count(stored.collections)} />
        <Stat name="Size" value={bytes(stored.bytes)} note={plural(stored.files, 'original file')} />
        <Stat name="Entities" value={count(stored.entities.length)} note={rowsOf(overview)} />
      </dl>
      <TrafficPanels traffic={traffic} />
      <Panel title="Health">
        <HealthList parts={health} />
      </Panel>
      <Panel title="Embedding backlog">
        <BacklogFigures backlog={backlog} />
      </Panel>
      <Panel title="Cache">
        <CacheTiers tiers={cache} />
      </Panel>
      <Panel title="Entities">
        <EntityRows overview={overview} />
      </Panel>
    </div>
  );
}

function rowsOf({ stored }: Overview): string {
  return plural(
    stored.entities.reduce((sum, { rows }) => sum + rows, 0),
    'row',
  );
}

function EntityRows({ overview }: { readonly overview: Overview }) {
  const { entities } = overview.stored;
  if (entities.length === 0) return <p className="soft">No entity is declared in this server.</p>;
  return (
    <ul className="lines">
      {entities.map(({ name, rows }) => (
        <li key={name}>
          <Link to={placeOf(['data', name])}>{name}</Link>
          <span className="number">{plural(rows, 'row')}</span>
        </li>
      ))}
    </ul>
  );
}
