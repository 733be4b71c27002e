import { memo } from 'react';
import type { Json, JsonObject } from '../../api/audit.js';
import type { Entity, EntityField } from '../../api/entities.js';
import { Link } from '../../parts/link.js';
import { valueText } from '../../parts/value.js';
import { placeOf } from '../../shell/place.js';
import { kindOf } from './field-kind.js';

interface RowTableLineProps {
  readonly entity: Entity;
  readonly columns: readonly EntityField[];
  readonly row: JsonObject;
  readonly id: string;
  readonly at: number;
  /** Pixels from the first row. */
  readonly top: number;
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const LONGEST = 200;

/** One row; drawn again only when it moves or changes. */
export const RowTableLine = memo(function RowTableLine({
  entity,
  columns,
  row,
  id,
  at,
  top,
}: RowTableLineProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the table
    // biome-ignore lint/a11y/useFocusableInteractive: the link inside is
    <div className="row-line" role="row" aria-rowindex={at + 2} style={{ transform: `translateY(${top}px)` }}>
      {columns.map((field, column) => (
        // biome-ignore lint/a11y/useSemanticElements: see the table
        <div key={field.name} className="row-cell" data-kind={kindOf(field)} role="cell">
          {column === 0 ? (
            <Link to={placeOf(['data', entity.name, id])}>{cellText(row[field.name])}</Link>
          ) : (
            cellText(row[field.name])
          )}
        </div>
      ))}
    </div>
  );
});

function cellText(value: Json | undefined): string {
  const text = valueText(value).slice(0, LONGEST);
  return MOMENT.test(text) ? text.slice(0, 16).replace('T', ' ') : text;
}
