import type { Entity, useEntities } from '../../api/entities.js';
import { Badge } from '../../parts/badge.js';
import { plural } from '../../parts/format.js';
import { Link } from '../../parts/link.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHead } from '../../parts/page-head.js';
import { Skeleton } from '../../parts/skeleton.js';
import { EmptyState } from '../../parts/states.js';
import { placeOf } from '../../shell/place.js';

export function EntitiesPage({ entities }: { readonly entities: ReturnType<typeof useEntities> }) {
  return (
    <>
      <PageHead title="Data">Rows of the entities that this server was started with.</PageHead>
      <Loaded of={entities} skeleton={<Skeleton shape="rows" lines={4} />}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon="table" title="No entities">
              Declare some and start the server with them: <code>aquifer serve --entities entities.ts</code>
            </EmptyState>
          ) : (
            <ul className="entity-list">
              {all.map((entity) => (
                <EntityCard key={entity.name} entity={entity} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

function EntityCard({ entity: { name, fields, traits } }: { readonly entity: Entity }) {
  return (
    <li className="entity-card">
      <h2>
        <Link to={placeOf(['data', name])}>{name}</Link>
      </h2>
      <p className="soft small">{plural(fields.length, 'field')}</p>
      <p className="badges">
        {traits.map((trait) => (
          <Badge key={trait}>{trait}</Badge>
        ))}
      </p>
    </li>
  );
}
