import { join } from 'node:path';
import type { Embedder } from '../src/embeddings/index.js';
import type { Benchmark, BenchmarkContext } from './harness/benchmark.js';
import { withTempFolder } from './harness/folders.js';
import { type Measurement, measured, relative } from './harness/measurement.js';
import { withPeakMemory } from './harness/memory.js';
import { openProduct, type Product } from './harness/product.js';
import { timed } from './harness/timing.js';
import { chooseFiles, DEFAULT_DOCUMENTS, type IngestFiles } from './ingest/files.js';
import { IngestMeters } from './ingest/meters.js';

const MEGABYTE = 1_000_000;
/** Texts a call when the embedder runs alone: some hundred windows, so that it never waits for work. */
const TEXTS_A_CALL = 32;

/** `scope.documents.ingestFiles` on real documents, and what of the embedder's own speed it reaches. */
export const ingestBenchmark: Benchmark = {
  name: 'ingest',
  about: 'files to searchable chunks, default chunking, against the embedder alone on the same texts',
  options: { documents: `how many of the files, evenly spread, or all (default ${DEFAULT_DOCUMENTS})` },
  run: (context) =>
    withTempFolder(async (folder) => {
      const chosen = await chooseFiles(context, join(folder, 'made'));
      const meters = new IngestMeters();
      const product = await openProduct(join(folder, 'data'), meters.instrument);
      try {
        // The model is loaded once a process; that belongs to the start, not to the rate.
        await product.embedder.embedQuery('warm up');
        return await measureIngest(product, meters, chosen, context);
      } finally {
        await product.layer.close();
      }
    }),
};

async function measureIngest(
  product: Product,
  meters: IngestMeters,
  { files, description }: IngestFiles,
  context: BenchmarkContext,
): Promise<Measurement[]> {
  const { documents } = product.layer.scope({ tenantId: 'bench' });
  context.progress(`ingesting ${description}`);
  const idle = performance.eventLoopUtilization();
  const first = await withPeakMemory(() => timed(() => documents.ingestFiles(files)));
  const { value: result, ms } = first.value;
  const seconds = ms / 1000;
  const { windows } = meters;
  noteShares(context, meters, ms, performance.eventLoopUtilization(idle).utilization);
  const { peakMemoryBytes } = product.extractor.usage();

  context.progress('the same files again, unchanged');
  const again = await timed(() => documents.ingestFiles(files));
  context.progress('the embedder alone on the same texts');
  const { embedder } = product;
  const alone = await windowsPerSecond(embedder, meters.texts.flat());

  context.note(
    `${description}: ${result.added} stored, ${result.failed.length} failed, ${result.chunksAdded} chunks, ${windows} windows in ${seconds.toFixed(1)} s`,
  );
  return [
    measured('ingest_documents_per_s', result.added / seconds, 'documents/s'),
    measured('ingest_chunks_per_s', result.chunksAdded / seconds, 'chunks/s'),
    measured('ingest_windows_per_s', windows / seconds, 'windows/s', {
      name: 'embedder alone',
      value: alone,
    }),
    relative('ingest_vs_embedder', windows / seconds / alone, 'ratio', 'windows/s of the embedder alone'),
    measured('ingest_unchanged_ms_per_file', again.ms / files.length, 'ms', {
      name: 'the first run, per file',
      value: ms / files.length,
    }),
    measured('ingest_peak_rss_mb', first.peakBytes / MEGABYTE, 'MB'),
    measured('ingest_extraction_peak_rss_mb', peakMemoryBytes / MEGABYTE, 'MB'),
  ];
}

/** They overlap, so they add up to more than the whole. */
function noteShares(context: BenchmarkContext, meters: IngestMeters, ms: number, mainThread: number): void {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const { embedding, extraction, database } = meters;
  context.note(
    `share of the time in which each had work: embedding ${percent(embedding.busyMs / ms)} (${embedding.calls} calls), ` +
      `database ${percent(database.busyMs / ms)} (${database.calls} transactions), ` +
      `extraction ${percent(extraction.busyMs / ms)}, main thread (chunking and glue) ${percent(mainThread)}`,
  );
}

async function windowsPerSecond(embedder: Embedder, texts: readonly string[]): Promise<number> {
  let windows = 0;
  const { ms } = await timed(async () => {
    for (let at = 0; at < texts.length; at += TEXTS_A_CALL) {
      const embedded = await embedder.embedPassages(texts.slice(at, at + TEXTS_A_CALL));
      windows += embedded.reduce((sum, vectors) => sum + vectors.length, 0);
    }
  });
  return windows / (ms / 1000);
}
