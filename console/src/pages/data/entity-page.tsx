import { useState } from 'react';
import { type Entity, type RowQuery, useRows } from '../../api/entities.js';
import { Button } from '../../parts/button.js';
import { count } from '../../parts/format.js';
import { Icon } from '../../parts/icon.js';
import { Link } from '../../parts/link.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHead } from '../../parts/page-head.js';
import { Skeleton } from '../../parts/skeleton.js';
import { EmptyState } from '../../parts/states.js';
import { NewRow } from './new-row.js';
import { RowFilter } from './row-filter.js';
import { RowTable } from './row-table.js';

/** The rows of an entity. */
export function EntityPage({ entity }: { readonly entity: Entity }) {
  const [query, setQuery] = useState<RowQuery>({ state: 'stored' });
  const [isNew, setNew] = useState(false);
  const rows = useRows(entity.name, query);
  const shown = rows.data?.length ?? 0;
  return (
    <>
      <PageHead
        title={entity.name}
        above={<WayBack />}
        acts={
          entity.actions.includes('create') && (
            <Button look="primary" icon="plus" onClick={() => setNew(true)}>
              New row
            </Button>
          )
        }
      >
        {entity.fields.length} fields
        {rows.data && `, ${count(shown)}${rows.hasNextPage ? ' and more' : ''} rows`}
      </PageHead>
      <RowFilter entity={entity} query={query} onChange={setQuery} />
      <Loaded of={rows} skeleton={<Skeleton shape="rows" lines={10} />}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon="table" title="No rows">
              {query.filter ? 'None matches the filter.' : 'Nothing is here yet.'}
            </EmptyState>
          ) : (
            <RowTable
              entity={entity}
              rows={all}
              order={query.order}
              onOrder={(order) => setQuery({ ...query, order })}
              hasMore={rows.hasNextPage}
              isReading={rows.isFetchingNextPage}
              onEnd={() => void rows.fetchNextPage()}
            />
          )
        }
      </Loaded>
      <NewRow entity={entity} isOpen={isNew} onClose={() => setNew(false)} />
    </>
  );
}

function WayBack() {
  return (
    <Link className="way-back" to="/data">
      <Icon name="back" />
      Data
    </Link>
  );
}
