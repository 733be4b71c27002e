import type { Documents } from '../documents/index.js';
import type { BeirDataset, BeirDocument } from './beir.js';

/** Documents in work at once: while one is embedded, another is written. */
const CONCURRENCY = 4;
/** Documents that one page of a listing holds. */
const PAGE = 1000;

export interface LoadResult {
  readonly documents: number;
  /** Documents that were not stored before, or differed. */
  readonly written: number;
  /** Documents with neither title nor text: they can never be found. */
  readonly empty: number;
}

/**
 * Makes a tenant hold exactly the documents of a data set, their id as source. What is stored already stays.
 * @throws AQF_EVAL_DATASET_INVALID
 */
export async function loadDataset(
  documents: Documents,
  dataset: Pick<BeirDataset, 'corpus'>,
  onProgress?: (done: number) => void,
): Promise<LoadResult> {
  const wanted = new Set<string>();
  let written = 0;
  let empty = 0;
  const corpus = dataset.corpus()[Symbol.asyncIterator]();
  const worker = async () => {
    for (let next = await corpus.next(); !next.done; next = await corpus.next()) {
      const document = next.value;
      wanted.add(document.id);
      const input = toInput(document);
      if (!input) empty++;
      else if ((await documents.ingest(input)).status !== 'unchanged') written++;
      onProgress?.(wanted.size);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  await deleteOthers(documents, wanted);
  return { documents: wanted.size, written, empty };
}

function toInput({ id, title, text }: BeirDocument) {
  const stated = title.trim();
  const body = text.trim() === '' ? stated : text;
  if (body === '') return undefined;
  return { source: id, text: body, ...(stated !== '' && { title: stated.slice(0, 1024) }) };
}

async function deleteOthers(documents: Documents, wanted: ReadonlySet<string>): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const page = await documents.list({ limit: PAGE, ...(after !== undefined && { after }) });
    for (const { id, source } of page) if (!wanted.has(source)) await documents.delete(id);
    after = page.at(-1)?.source;
    if (page.length < PAGE) return;
  }
}
