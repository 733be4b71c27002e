import type { Documents } from '../../src/documents/index.js';
import type { Embedder } from '../../src/embeddings/index.js';
import { timed } from '../harness/timing.js';
import type { IngestMeters, IngestReadings } from './meters.js';

/** Ingest and embedder take turns, so that a busy moment of the machine strikes both. */
const ROUNDS = 3;
/** Texts a call when the embedder runs alone: some hundred windows, so that it never waits for work. */
const TEXTS_A_CALL = 32;

/** Sums over all rounds. */
export class IngestTotals {
  ms = 0;
  added = 0;
  failed = 0;
  chunks = 0;
  windows = 0;
  transactions = 0;
  /** The embedder alone on the texts that the ingest embedded. */
  embedderAloneMs = 0;
  /** While at least one call of the kind was under way; they overlap. */
  readonly busyMs = { embedding: 0, database: 0, extraction: 0, 'main thread': 0 };

  addReadings({ embedding, database, extraction, windows }: IngestReadings): void {
    this.windows += windows;
    this.transactions += database.calls;
    this.busyMs.embedding += embedding.busyMs;
    this.busyMs.database += database.busyMs;
    this.busyMs.extraction += extraction.busyMs;
  }
}

/** Ingests the files, a share of them in each round, and after each embeds its texts once more. */
export async function ingestInRounds(
  documents: Documents,
  embedder: Embedder,
  meters: IngestMeters,
  files: readonly string[],
): Promise<IngestTotals> {
  const totals = new IngestTotals();
  for (let round = 0; round < ROUNDS; round++) {
    const share = files.filter((_, index) => index % ROUNDS === round);
    const texts = await ingestShare(documents, meters, share, totals);
    totals.embedderAloneMs += (await timed(() => embedAll(embedder, texts))).ms;
    meters.take();
  }
  return totals;
}

/** @returns the texts that were embedded */
async function ingestShare(
  documents: Documents,
  meters: IngestMeters,
  files: readonly string[],
  totals: IngestTotals,
): Promise<readonly string[]> {
  const before = performance.eventLoopUtilization();
  const { value: result, ms } = await timed(() => documents.ingestFiles(files));
  const readings = meters.take();
  totals.ms += ms;
  totals.added += result.added;
  totals.failed += result.failed.length;
  totals.chunks += result.chunksAdded;
  totals.busyMs['main thread'] += performance.eventLoopUtilization(before).active;
  totals.addReadings(readings);
  return readings.texts;
}

async function embedAll(embedder: Embedder, texts: readonly string[]): Promise<void> {
  for (let at = 0; at < texts.length; at += TEXTS_A_CALL) {
    await embedder.embedPassages(texts.slice(at, at + TEXTS_A_CALL));
  }
}
