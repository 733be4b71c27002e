import { LIMITS } from './limits.js';
import type { Cells } from './statements/writes.js';

/** Rows that are given the same columns, and where each was in the list. */
export interface Batch {
  readonly cells: Cells[];
  readonly places: number[];
}

/** Batches of one INSERT each, as few as the given columns allow. */
export function alikeBatches(list: readonly Cells[]): Batch[] {
  const open = new Map<string, Batch>();
  const batches: Batch[] = [];
  list.forEach((cells, place) => {
    const shape = cells.targets.map(({ column }) => column).join();
    let batch = open.get(shape);
    if (!batch || batch.cells.length === LIMITS.batch) {
      batch = { cells: [], places: [] };
      open.set(shape, batch);
      batches.push(batch);
    }
    batch.cells.push(cells);
    batch.places.push(place);
  });
  return batches;
}
