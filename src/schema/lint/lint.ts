import { type Allowance, readAllowances } from './allowances.js';
import { newTable } from './facts.js';
import type { ParsedFile, ParsedStatement, SqlParser } from './parser.js';
import type { Remark, RuleId } from './rule.js';
import { RULES } from './rules/index.js';
import type { SqlFile } from './sql-files.js';
import { FileState, FolderState } from './state.js';

export interface LintFinding {
  /** `syntax` and `allowance` are of the linter itself: a file it cannot read, a comment that allows nothing. */
  readonly rule: RuleId | 'syntax' | 'allowance';
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly what: string;
  readonly instead: string;
}

/** Looks through migrations, in their order, for what blocks or breaks a table in use. */
export function lintSql(parser: SqlParser, files: readonly SqlFile[]): LintFinding[] {
  const folder = new FolderState();
  const allowed: (Allowance & { readonly path: string })[] = [];
  const found = files.flatMap((file) => {
    const parsed = parser.parse(file.sql);
    if ('message' in parsed) return [syntaxFinding(file, parsed.message, parsed.line)];
    const { remarks, allowances, problems } = lintFile(file, parsed, folder);
    allowed.push(...allowances.map((allowance) => ({ ...allowance, path: file.path })));
    return [...remarks, ...problems];
  });
  return [...found, ...unadopted(folder, allowed)].toSorted(byPlace(files));
}

interface FileOutcome {
  readonly remarks: readonly LintFinding[];
  readonly allowances: readonly Allowance[];
  readonly problems: readonly LintFinding[];
}

function lintFile(file: SqlFile, parsed: ParsedFile, folder: FolderState): FileOutcome {
  const state = new FileState(file.transaction?.(parsed.statements.length));
  const read = readAllowances(parsed);
  const allowances = read.filter((item): item is Allowance => 'rule' in item);
  const remarks = parsed.statements.flatMap((statement) => {
    const said = RULES.flatMap((rule) => rule({ statement, file: state, folder }));
    rememberTable(statement, file.path, folder);
    state.learn(statement);
    folder.learn(statement);
    const heard = said.filter(({ rule }) => !isAllowed(allowances, statement, rule));
    return heard.map((remark) => toFinding(file.path, statement, remark, parsed));
  });
  const problems = read
    .filter((item) => !('rule' in item))
    .map((item) => allowanceFinding(file.path, item.line, 'what' in item ? item.what : ''));
  return { remarks, allowances, problems };
}

function rememberTable(statement: ParsedStatement, file: string, folder: FolderState): void {
  const table = newTable(statement.node);
  if (table?.tenant === undefined) return;
  folder.tenantTables.push({ name: table.name, tenant: table.tenant, file, line: statement.line });
}

function isAllowed(allowances: readonly Allowance[], statement: ParsedStatement, rule: RuleId): boolean {
  return allowances.some((allowance) => allowance.rule === rule && allowance.statement === statement);
}

function unadopted(
  folder: FolderState,
  allowed: readonly (Allowance & { readonly path: string })[],
): LintFinding[] {
  return folder.tenantTables
    .filter(({ name }) => !folder.adopted.has(name))
    .filter(
      ({ file, line }) =>
        !allowed.some(
          (one) => one.path === file && one.rule === 'table-not-adopted' && one.statement.line === line,
        ),
    )
    .map(({ name, tenant, file, line }) => ({
      rule: 'table-not-adopted' as const,
      file,
      line,
      what: `${name} has the column ${tenant} and is not adopted: nothing keeps its tenants apart.`,
      instead: `select aquifer.adopt('${name}', tenant => '${tenant}');`,
    }));
}

function toFinding(
  file: string,
  statement: ParsedStatement,
  remark: Remark,
  parsed: ParsedFile,
): LintFinding {
  const { rule, what, instead, location } = remark;
  const line = location === undefined ? statement.line : parsed.lineOf(location);
  return { rule, file, line, what, instead };
}

function syntaxFinding({ path }: SqlFile, message: string, line: number): LintFinding {
  return {
    rule: 'syntax',
    file: path,
    line,
    what: `PostgreSQL cannot read this: ${message}.`,
    instead: 'Correct the statement.',
  };
}

function allowanceFinding(file: string, line: number, what: string): LintFinding {
  return { rule: 'allowance', file, line, what, instead: 'Correct or remove the comment.' };
}

function byPlace(files: readonly SqlFile[]): (a: LintFinding, b: LintFinding) => number {
  const order = new Map(files.map(({ path }, index) => [path, index]));
  return (a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line;
}
