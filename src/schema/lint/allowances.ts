import type { Comment, ParsedFile, ParsedStatement } from './parser.js';
import { RULE_IDS, type RuleId } from './rule.js';

const ALLOW = /^--\s*aquifer-lint:\s*(.*)$/;
const ALLOW_RULE = /^allow\s+(?<rule>\S+)(?:\s+(?<reason>\S.*))?$/;

/** `-- aquifer-lint: allow <rule> <reason>`, above a statement, within it or at its end. */
export interface Allowance {
  readonly line: number;
  readonly rule: RuleId;
  readonly statement: ParsedStatement;
}

export interface AllowanceProblem {
  readonly line: number;
  readonly what: string;
}

export function readAllowances(file: ParsedFile): (Allowance | AllowanceProblem)[] {
  return file.comments.flatMap((comment) => readAllowance(comment, file.statements) ?? []);
}

function readAllowance(
  { text, line }: Comment,
  statements: readonly ParsedStatement[],
): Allowance | AllowanceProblem | undefined {
  const [, instruction] = ALLOW.exec(text.trim()) ?? [];
  if (instruction === undefined) return undefined;
  const { rule, reason } = ALLOW_RULE.exec(instruction.trim())?.groups ?? {};
  if (!rule) return { line, what: 'Write -- aquifer-lint: allow <rule> <reason>.' };
  if (!isRule(rule)) return { line, what: `There is no rule ${rule}. Rules: ${RULE_IDS.join(', ')}.` };
  if (!reason) return { line, what: `Say why ${rule} is allowed here: the reason follows the rule.` };
  const statement = statements.find(({ lastLine }) => lastLine >= line);
  return statement
    ? { line, rule, statement }
    : { line, what: 'No statement follows that this could allow.' };
}

function isRule(name: string): name is RuleId {
  return (RULE_IDS as readonly string[]).includes(name);
}
