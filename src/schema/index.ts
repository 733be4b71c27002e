export { type AdoptionProblem, checkAdoption } from './adoption/check.js';
export { dumpSchema } from './dump/dump.js';
export { type LintFinding, lintSql } from './lint/lint.js';
export { loadSqlParser, type SqlParser } from './lint/parser.js';
export { RULE_IDS, type RuleId } from './lint/rule.js';
export { readSqlFiles, type SqlFile } from './lint/sql-files.js';
