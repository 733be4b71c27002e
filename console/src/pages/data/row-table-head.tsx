import type { EntityField } from '../../api/entities.js';
import { Icon } from '../../parts/icon.js';
import { kindOf } from './field-kind.js';

interface RowTableHeadProps {
  readonly columns: readonly EntityField[];
  readonly order: string | undefined;
  readonly onOrder: (order: string | undefined) => void;
}

/** The names of the columns; pressing one orders by it: up, down, not. */
export function RowTableHead({ columns, order, onOrder }: RowTableHeadProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the table
    // biome-ignore lint/a11y/useFocusableInteractive: a row of a table is not pressed
    <div className="row-line row-head" role="row" aria-rowindex={1}>
      {columns.map((field) => (
        // biome-ignore lint/a11y/useSemanticElements: see the table
        // biome-ignore lint/a11y/useFocusableInteractive: the button inside is
        <div
          key={field.name}
          className="row-cell"
          data-kind={kindOf(field)}
          role="columnheader"
          aria-sort={sortOf(field.name, order)}
        >
          <button
            type="button"
            disabled={field.encrypted || /json|\[\]/.test(field.type)}
            onClick={() => onOrder(nextOrder(field.name, order))}
          >
            {field.name}
            {order === field.name && <Icon name="up" />}
            {order === `-${field.name}` && <Icon name="down" />}
          </button>
        </div>
      ))}
    </div>
  );
}

function sortOf(name: string, order: string | undefined): 'ascending' | 'descending' | undefined {
  if (order === name) return 'ascending';
  return order === `-${name}` ? 'descending' : undefined;
}

function nextOrder(name: string, order: string | undefined): string | undefined {
  if (order === name) return `-${name}`;
  return order === `-${name}` ? undefined : name;
}
