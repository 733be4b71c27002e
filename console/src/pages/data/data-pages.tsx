import { useEntities } from '../../api/entities.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHead } from '../../parts/page-head.js';
import { Skeleton } from '../../parts/skeleton.js';
import { EmptyState } from '../../parts/states.js';
import { usePlace } from '../../shell/place.js';
import { EntitiesPage } from './entities-page.js';
import { EntityPage } from './entity-page.js';
import { RowPage } from './row-page.js';

/** `/data`, `/data/<entity>` and `/data/<entity>/<row>` */
export function DataPages() {
  const [, name, id] = usePlace().parts;
  const entities = useEntities();
  if (name === undefined) return <EntitiesPage entities={entities} />;
  return (
    <Loaded of={entities} head={<PageHead title={name} />} skeleton={<Skeleton shape="rows" lines={10} />}>
      {(all) => {
        const entity = all.find((one) => one.name === name);
        if (!entity) {
          return (
            <EmptyState icon="table" title={`There is no entity “${name}”`}>
              Or this key may not read it.
            </EmptyState>
          );
        }
        return id === undefined ? (
          <EntityPage key={name} entity={entity} />
        ) : (
          <RowPage key={id} entity={entity} id={id} />
        );
      }}
    </Loaded>
  );
}
