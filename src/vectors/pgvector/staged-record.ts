import { integerColumn, jsonbColumn, type Staging, textColumn } from '../../relational/copy/index.js';
import { writeHalfVector } from '../encode.js';
import type { VectorRecord } from '../store.js';

/** A record on its way into the tables, at its place in the batch. */
export interface StagedRecord {
  readonly at: number;
  readonly record: VectorRecord;
}

export const STAGED_RECORDS: Staging<StagedRecord> = {
  table: 'aquifer_staged_records',
  columns: [
    integerColumn('at', ({ at }) => at),
    textColumn('id', ({ record }) => record.id),
    textColumn('document_id', ({ record }) => record.documentId),
    textColumn('content', ({ record }) => record.text),
    jsonbColumn('metadata', ({ record }) => JSON.stringify(record.metadata)),
    {
      name: 'embedding',
      type: 'halfvec',
      write: ({ record }, to) => writeHalfVector(record.embedding, to),
      text: ({ record }) => `[${record.embedding.join(',')}]`,
    },
  ],
};

/** Where an id comes twice, the last record is the one. */
export function stagedRecords(records: readonly VectorRecord[]): StagedRecord[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  const last = byId.size === records.length ? records : [...byId.values()];
  return last.map((record, at) => ({ at, record }));
}
