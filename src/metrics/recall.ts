import type { RelationalProvider, Row, SystemContext } from '../relational/index.js';
import { MEASURED_SPACES } from './queries.js';

/** What samples of questions say of how many of the truly nearest the index of a space finds. */
export interface RecallEstimate {
  readonly tenantId: string;
  /** Of a program's own records, the name of their space. */
  readonly collection: string;
  readonly model: string;
  /** That were measured, older ones counting less. */
  readonly questions: number;
  /** How wide the index is searched for a recall of 0.98: as measured, else the widest that was measured. */
  readonly efSearch: number;
  /** Of the truly nearest, the share that was found so: of the 10 that are told of a program's own records, of the 100 of a leg of documents. */
  readonly recall: number;
}

interface MeasuredSpace extends Row {
  readonly tenantId: string;
  readonly collection: string;
  readonly model: string;
  readonly tuned: Readonly<Record<string, number>>;
  readonly measured: {
    readonly questions: number;
    readonly wanted: number;
    readonly found: Readonly<Record<string, number>>;
  };
}

const SYSTEM: SystemContext = { kind: 'system', reason: 'metrics of recall' };
/** The recall that searches ask for unless they say. */
const ASKED = '0.98';

/** The last estimates, a space each; at most 10,000, those with the lowest recall first. */
export async function recallEstimates(relational: RelationalProvider): Promise<RecallEstimate[]> {
  const { rows } = await relational.query<MeasuredSpace>(
    SYSTEM,
    { text: MEASURED_SPACES },
    { access: 'read' },
  );
  return rows.flatMap(estimateOf).sort((one, other) => one.recall - other.recall);
}

function estimateOf({ tuned, measured, ...space }: MeasuredSpace): RecallEstimate[] {
  const { questions, wanted, found } = measured;
  const widths = Object.keys(found).map(Number);
  const efSearch = Number(tuned[ASKED] ?? Math.max(...widths));
  const hits = found[efSearch];
  if (hits === undefined || wanted <= 0) return [];
  return [{ ...space, questions, efSearch, recall: hits / wanted }];
}
