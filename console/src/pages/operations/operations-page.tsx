import { type Operations, useOperations } from '../../api/operations.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHead } from '../../parts/page-head.js';
import { Panel } from '../../parts/panel.js';
import { Skeleton } from '../../parts/skeleton.js';
import { CacheTiers } from '../overview/cache-tiers.js';
import { IndexTable } from './index-table.js';
import { JobsPanel } from './jobs-panel.js';
import { OutboxList } from './outbox-list.js';
import { PoolFigures } from './pool-figures.js';
import { ReplicaList } from './replica-list.js';
import { SlowQueries } from './slow-queries.js';

export function OperationsPage() {
  const operations = useOperations();
  return (
    <>
      <PageHead title="Operations">What works behind this, and where it waits.</PageHead>
      <div className="panels">
        <JobsPanel />
        <Loaded of={operations} skeleton={<Skeleton shape="tiles" lines={6} />}>
          {(data) => <Parts operations={data} />}
        </Loaded>
      </div>
    </>
  );
}

function Parts({ operations }: { readonly operations: Operations }) {
  const { pool, slowQueries, replicas, cache, outbox, indexes } = operations;
  return (
    <>
      <Panel title="Connections">
        <PoolFigures pool={pool} />
      </Panel>
      <Panel title="Replicas">
        <ReplicaList replicas={replicas} />
      </Panel>
      <Panel title="Outbox">
        <OutboxList subscribers={outbox} />
      </Panel>
      <Panel title="Cache">
        <CacheTiers tiers={cache} />
      </Panel>
      <Panel title="Slow statements" wide>
        <SlowQueries queries={slowQueries} />
      </Panel>
      <Panel title="Indexes" wide>
        <IndexTable indexes={indexes} />
      </Panel>
    </>
  );
}
