import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { JsonObject } from '../../api/audit.js';
import { type Entity, rowId } from '../../api/entities.js';
import { columnsOf, tracksOf } from './columns.js';
import { RowTableHead } from './row-table-head.js';
import { RowTableLine } from './row-table-line.js';

export const ROW_HEIGHT = 36;
const BEYOND = 12;

interface RowTableProps {
  readonly entity: Entity;
  readonly rows: readonly JsonObject[];
  readonly order: string | undefined;
  readonly onOrder: (order: string | undefined) => void;
  readonly hasMore: boolean;
  readonly isReading: boolean;
  /** Called as the end of what is there comes near. */
  readonly onEnd: () => void;
}

/** Rows of which only those in view are drawn, however many there are; it reads on as one scrolls. */
export function RowTable({ entity, rows, order, onOrder, hasMore, isReading, onEnd }: RowTableProps) {
  const frame = useRef<HTMLElement>(null);
  const columns = columnsOf(entity);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: BEYOND,
  });
  const drawn = virtualizer.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isReading && last >= rows.length - 2 * BEYOND) onEnd();
  }, [hasMore, isReading, last, rows.length, onEnd]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="row-frame" aria-label={`Rows of ${entity.name}`} tabIndex={0} ref={frame}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows that are placed by hand are no table to a browser */}
      <div
        className="row-table"
        role="table"
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        style={{ ...tracksOf(columns), height: virtualizer.getTotalSize() + ROW_HEIGHT }}
      >
        <RowTableHead columns={columns} order={order} onOrder={onOrder} />
        {drawn.map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          const id = rowId(entity, row);
          return (
            <RowTableLine
              key={id}
              entity={entity}
              columns={columns}
              row={row}
              id={id}
              at={index}
              top={start}
            />
          );
        })}
      </div>
    </section>
  );
}
