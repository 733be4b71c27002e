import { useState } from 'react';
import { Badge } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { Value } from '../../parts/value.js';
import { RowEdit } from './row-edit.js';
import type { RowViewProps } from './row-page.js';

/** All fields of a row, and the way to change them. */
export function RowView(view: RowViewProps) {
  const { entity, row } = view;
  const [isEdited, setEdited] = useState(false);
  if (isEdited) return <RowEdit {...view} onDone={() => setEdited(false)} />;
  return (
    <>
      {entity.actions.includes('update') && !row.deletedAt && (
        <div className="tab-acts">
          <Button icon="pencil" onClick={() => setEdited(true)}>
            Edit
          </Button>
        </div>
      )}
      <dl className="facts facts-wide">
        {entity.fields.map(({ name, type, encrypted }) => (
          <div key={name}>
            <dt>
              {name} <span className="field-type">{type}</span>
            </dt>
            <dd>
              <Value of={row[name]} /> {encrypted && <Badge>encrypted</Badge>}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
