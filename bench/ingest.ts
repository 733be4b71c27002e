import { join } from 'node:path';
import type { Benchmark, BenchmarkContext } from './harness/benchmark.js';
import { withTempFolder } from './harness/folders.js';
import { type Measurement, measured, relative } from './harness/measurement.js';
import { withPeakMemory } from './harness/memory.js';
import { openProduct, type Product } from './harness/product.js';
import { timed } from './harness/timing.js';
import { chooseFiles, DEFAULT_DOCUMENTS, type IngestFiles } from './ingest/files.js';
import { IngestMeters } from './ingest/meters.js';
import { type IngestTotals, ingestInRounds } from './ingest/rounds.js';

const MEGABYTE = 1_000_000;

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
  { layer, embedder, extractor }: Product,
  meters: IngestMeters,
  { files, description }: IngestFiles,
  context: BenchmarkContext,
): Promise<Measurement[]> {
  const { documents } = layer.scope({ tenantId: 'bench' });
  context.progress(`ingesting ${description}, by turns with the embedder alone on the same texts`);
  const { value: totals, peakBytes } = await withPeakMemory(() =>
    ingestInRounds(documents, embedder, meters, files),
  );
  context.progress('the same files again, unchanged');
  const again = await timed(() => documents.ingestFiles(files));

  noteTotals(context, description, totals);
  const perSecond = (count: number) => count / (totals.ms / 1000);
  const alone = totals.windows / (totals.embedderAloneMs / 1000);
  return [
    measured('ingest_documents_per_s', perSecond(totals.added), 'documents/s'),
    measured('ingest_chunks_per_s', perSecond(totals.chunks), 'chunks/s'),
    measured('ingest_windows_per_s', perSecond(totals.windows), 'windows/s', {
      name: 'embedder alone',
      value: alone,
    }),
    relative(
      'ingest_vs_embedder',
      totals.embedderAloneMs / totals.ms,
      'ratio',
      'speed of the embedder alone',
    ),
    measured('ingest_unchanged_ms_per_file', again.ms / files.length, 'ms', {
      name: 'the first run, per file',
      value: totals.ms / files.length,
    }),
    measured('ingest_peak_rss_mb', peakBytes / MEGABYTE, 'MB'),
    measured('ingest_extraction_peak_rss_mb', extractor.usage().peakMemoryBytes / MEGABYTE, 'MB'),
  ];
}

function noteTotals(context: BenchmarkContext, description: string, totals: IngestTotals): void {
  const { added, failed, chunks, windows, transactions, ms, busyMs } = totals;
  const seconds = (ms / 1000).toFixed(1);
  context.note(
    `${description}: ${added} stored, ${failed} failed, ${chunks} chunks, ${windows} windows in ${seconds} s, ${transactions} transactions`,
  );
  const shares = Object.entries(busyMs).map(
    ([part, partMs]) => `${part} ${Math.round((100 * partMs) / ms)} %`,
  );
  context.note(`share of the time in which each had work (they overlap): ${shares.join(', ')}`);
}
