import type { Answer } from '../../api/api.js';
import type { JsonObject } from '../../api/audit.js';
import type { Entity } from '../../api/entities.js';
import { type RowRef, useRow } from '../../api/rows.js';
import { Icon } from '../../parts/icon.js';
import { Link } from '../../parts/link.js';
import { Loaded } from '../../parts/loaded.js';
import { Notice } from '../../parts/notice.js';
import { PageHead } from '../../parts/page-head.js';
import { Skeleton } from '../../parts/skeleton.js';
import { Tabs } from '../../parts/tabs.js';
import { navigate, placeOf, usePlace } from '../../shell/place.js';
import { RowActs } from './row-acts.js';
import { RowBranches } from './row-branches.js';
import { RowHistory } from './row-history.js';
import { RowView } from './row-view.js';

interface RowPageProps {
  readonly entity: Entity;
  readonly id: string;
}

/** What each view of a row gets. */
export interface RowViewProps {
  readonly entity: Entity;
  readonly of: RowRef;
  readonly row: JsonObject;
  /** What the row says of its state, for `If-Match`. */
  readonly etag: string | undefined;
}

const VIEWS = { row: RowView, history: RowHistory, branches: RowBranches };
const TABS = [
  { name: 'row', title: 'Row' },
  { name: 'history', title: 'History' },
  { name: 'branches', title: 'Branches' },
] as const;

export function RowPage({ entity, id }: RowPageProps) {
  const of = { entity: entity.name, id };
  const row = useRow(of);
  return (
    <Loaded
      of={row}
      head={<PageHead title={id} above={<WayBack entity={entity} />} />}
      skeleton={<Skeleton lines={8} />}
    >
      {(answer) => <Opened entity={entity} of={of} answer={answer} />}
    </Loaded>
  );
}

interface OpenedProps extends Pick<RowViewProps, 'entity' | 'of'> {
  readonly answer: Answer<JsonObject>;
}

function Opened({ entity, of, answer: { data: row, etag } }: OpenedProps) {
  const { query } = usePlace();
  const tabs = TABS.filter(({ name }) => name === 'row' || entity.traits.includes('versioned'));
  const tab = tabs.find(({ name }) => name === query.get('show'))?.name ?? 'row';
  const View = VIEWS[tab];
  const view = { entity, of, row, etag };
  const address = (show: string) => placeOf(['data', of.entity, of.id], show === 'row' ? {} : { show });
  const isDeleted = row.deletedAt !== undefined && row.deletedAt !== null;
  return (
    <>
      <PageHead
        title={titleOf(entity, row, of)}
        above={<WayBack entity={entity} />}
        acts={<RowActs {...view} />}
      >
        {entity.name} <code>{of.id}</code>
      </PageHead>
      {isDeleted && (
        <Notice tone="warn" title="This row is deleted">
          It is in no list and no search until it is restored.
        </Notice>
      )}
      <Tabs label="Views" tabs={tabs} current={tab} onChange={(show) => navigate(address(show), 'replace')}>
        <View {...view} />
      </Tabs>
    </>
  );
}

function titleOf({ fields }: Entity, row: JsonObject, { id }: RowRef): string {
  const named = ['name', 'title', 'label', 'subject', 'email']
    .filter((name) => fields.some((field) => field.name === name))
    .map((name) => row[name])
    .find((value) => typeof value === 'string' && value !== '');
  return typeof named === 'string' ? named : id;
}

function WayBack({ entity: { name } }: Pick<RowPageProps, 'entity'>) {
  return (
    <Link className="way-back" to={placeOf(['data', name])}>
      <Icon name="back" />
      {name}
    </Link>
  );
}
