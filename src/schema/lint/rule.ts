import type { NodeKind, NodeOf, ParsedStatement } from './parser.js';
import { nodeAs } from './parser.js';
import type { FileState, FolderState } from './state.js';

/** What a rule says of one place. */
export interface Remark {
  readonly rule: RuleId;
  /** What happens on a busy table. */
  readonly what: string;
  /** What to do instead. */
  readonly instead: string;
  /** The place within the file as the parser gives it; default: where the statement begins. */
  readonly location?: number | undefined;
}

export interface Visit {
  readonly statement: ParsedStatement;
  readonly file: FileState;
  readonly folder: FolderState;
}

export type Rule = (visit: Visit) => readonly Remark[];

export const RULE_IDS = [
  'index-not-concurrent',
  'drop-index-not-concurrent',
  'column-not-null-without-default',
  'column-rewrites-table',
  'column-type-change',
  'set-not-null-scans',
  'constraint-validates',
  'unique-builds-index',
  'rename-table',
  'rename-column',
  'drop-table',
  'drop-column',
  'truncate',
  'lock-table',
  'blocking-maintenance',
  'concurrently-in-transaction',
  'lock-timeout-missing',
  'whole-table-write',
  'table-not-adopted',
] as const;

export type RuleId = (typeof RULE_IDS)[number];

/** A rule about statements of one kind. */
export function onStatement<K extends NodeKind>(
  kind: K,
  remarks: (fields: NodeOf<K>, visit: Visit) => readonly Remark[],
): Rule {
  return (visit) => {
    const fields = nodeAs(visit.statement.node, kind);
    return fields === undefined ? [] : remarks(fields, visit);
  };
}
