import type { Command } from 'commander';
import { type LintFinding, lintSql, loadSqlParser, readSqlFiles } from '../../../schema/index.js';
import { EXIT } from '../../exit-codes.js';
import { plainLine } from '../../output/display-text.js';

const NOTES = `
Reads .sql files, folders in the order of their names, as Drizzle, Prisma and plain SQL have them; tables that
a file makes itself are passed over. What is right all the same is allowed by a comment above the statement:

  -- aquifer-lint: allow drop-table unused since version 3

Needs the package libpg-query (npm install libpg-query@18). Exit code 1 when anything is found.`;

export function registerLint(migrate: Command, setExitCode: (code: number) => void): void {
  migrate
    .command('lint')
    .description('what in migrations blocks or breaks a table in use, and what to do instead')
    .argument('<paths...>', 'SQL files and folders of them')
    .option('--json', 'print JSON for programs')
    .addHelpText('after', NOTES)
    .action(async (paths: string[], options: { readonly json?: boolean }) => {
      const files = await readSqlFiles(paths);
      const findings = lintSql(await loadSqlParser(), files);
      console.log(
        options.json
          ? JSON.stringify({ files: files.length, findings })
          : formatFindings(findings, files.length),
      );
      if (findings.length > 0) setExitCode(EXIT.failed);
    });
}

function formatFindings(findings: readonly LintFinding[], files: number): string {
  const of = `${files} file${files === 1 ? '' : 's'}`;
  if (findings.length === 0) return `Nothing found in ${of}.`;
  const blocks = findings.map(
    ({ rule, file, line, what, instead }) =>
      `${file}:${line}  ${rule}\n  ${plainLine(what)}\n  Instead: ${plainLine(instead)}`,
  );
  return [...blocks, `${findings.length} finding${findings.length === 1 ? '' : 's'} in ${of}.`].join('\n\n');
}
