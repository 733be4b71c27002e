import type { Command } from 'commander';
import type { DocumentSummary, StoredChunk, StoredDocument } from '../../documents/index.js';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.js';
import { formatBytes } from '../output/bytes.js';
import { formatTable } from '../output/table.js';
import { withScope } from '../session.js';

interface ListCommandOptions extends CommonOptions {
  readonly limit?: number;
  readonly after?: string;
  readonly deleted?: boolean;
}

export function registerDocuments(program: Command): void {
  const documents = program
    .command('documents')
    .description('list, show, delete or restore the documents of a tenant');
  registerList(documents);
  registerShow(documents);
  registerDelete(documents);
  registerRestore(documents);
}

function registerList(documents: Command): void {
  withCommonOptions(documents.command('list'))
    .description('the documents in the order of their source')
    .option('-n, --limit <number>', 'documents to list (default: 100)', wholeNumber(1, 1000))
    .option('--after <source>', 'continue after this source; with --deleted after this id')
    .option('--deleted', 'those in the trash, the last deleted first')
    .action(async (options: ListCommandOptions) => {
      const { limit = 100, after, deleted = false } = options;
      const listed = await withScope(options, (scope) =>
        scope.documents.list({ limit, deleted, ...(after && { after }) }),
      );
      console.log(options.json ? JSON.stringify(listed) : formatList(listed, { limit, after, deleted }));
    });
}

function registerShow(documents: Command): void {
  withCommonOptions(documents.command('show'))
    .description('one document with its metadata, outline of chunks and text')
    .argument('<id>', 'id of the document, as documents list shows it')
    .action(async (id: string, options: CommonOptions) => {
      const shown = await withScope(options, async (scope) => {
        const document = await scope.documents.get(id);
        return { document, chunks: await scope.documents.chunks(id) };
      });
      if (options.json) console.log(JSON.stringify({ ...shown.document, chunks: shown.chunks }));
      else console.log(formatDocument(shown.document, shown.chunks));
    });
}

function registerDelete(documents: Command): void {
  withCommonOptions(documents.command('delete'))
    .description('put documents into the trash, or remove them for good')
    .argument('<id...>', 'ids of the documents')
    .option('--purge', 'remove them for good, with their originals; also from the trash')
    .action(async (ids: string[], options: CommonOptions & { readonly purge?: boolean }) => {
      await withScope(options, async ({ documents: own }) => {
        for (const id of ids) await (options.purge ? own.purge(id) : own.delete(id));
      });
      if (options.json) console.log(JSON.stringify({ deleted: ids }));
      else console.log(`Deleted ${ids.length} document${ids.length === 1 ? '' : 's'}.`);
    });
}

function registerRestore(documents: Command): void {
  withCommonOptions(documents.command('restore'))
    .description('take documents out of the trash')
    .argument('<id...>', 'ids of the documents, as documents list --deleted shows them')
    .action(async (ids: string[], options: CommonOptions) => {
      const restored = await withScope(options, async (scope) => {
        const summaries: DocumentSummary[] = [];
        for (const id of ids) summaries.push(await scope.documents.restore(id));
        return summaries;
      });
      if (options.json) console.log(JSON.stringify({ restored: ids }));
      else for (const { source } of restored) console.log(`Restored ${source}.`);
    });
}

interface Listing {
  readonly limit: number;
  readonly after: string | undefined;
  readonly deleted: boolean;
}

function formatList(documents: readonly DocumentSummary[], { limit, after, deleted }: Listing): string {
  if (documents.length === 0 && after) return `No document comes after ${JSON.stringify(after)}.`;
  if (documents.length === 0 && deleted) return 'The trash is empty.';
  if (documents.length === 0) return 'This tenant has no documents. Add some: aquifer ingest <paths…>';
  const table = formatTable(
    ['id', 'title', 'format', 'chunks', 'size', 'source'],
    documents.map(({ id, title, format, chunks, bytes, source }) => [
      id,
      title,
      format,
      String(chunks),
      formatBytes(bytes),
      source,
    ]),
  );
  const last = documents.length < limit ? undefined : documents.at(-1);
  return last
    ? `${table}\n\nThere may be more: --after ${JSON.stringify(deleted ? last.id : last.source)}`
    : table;
}

function formatDocument(document: StoredDocument, chunks: readonly StoredChunk[]): string {
  const facts = [
    ['id', document.id],
    ['source', document.source],
    ['format', document.format],
    ['size', formatBytes(document.bytes)],
    ['updated', document.updatedAt.toISOString()],
    ...Object.entries(document.metadata).map(([key, value]) => [key, String(value)]),
  ];
  const outline = chunks.map(({ ordinal, page, tokens, start, end, headingPath }) => [
    String(ordinal),
    page === null ? '' : String(page),
    String(tokens),
    `${start}–${end}`,
    headingPath.join(' › '),
  ]);
  return [
    document.title,
    formatTable(['field', 'value'], facts),
    formatTable(['chunk', 'page', 'tokens', 'characters', 'headings'], outline),
    document.content,
  ].join('\n\n');
}
