import { Worker } from 'node:worker_threads';
import { threadEntry, toWireError } from '../../threads/index.js';
import { readDocument } from '../read.js';
import type { ChildMemory, ChildMessage, ExtractionJob, WatchdogData } from './protocol.js';

/** The process in which files are parsed. It holds nothing of value, so it can be killed at any time. */
function main(): void {
  const peak = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  startWatchdog(peak);
  closeNetwork();
  process.on('disconnect', () => process.exit());
  // A terminal sends Ctrl-C to every process in the foreground; the parent decides what becomes of this one.
  process.on('SIGINT', () => {});
  // pdf.js leaves some of its rejections without a handler; the answer tells what became of the file.
  process.on('unhandledRejection', () => {});
  process.on('message', async (job: ExtractionJob) => {
    send(await answer(job, new Float64Array(peak)));
  });
  send({ type: 'ready' });
}

async function answer({ source, limits }: ExtractionJob, peak: Float64Array): Promise<ChildMessage> {
  try {
    const document = await readDocument(source, limits);
    return { type: 'done', document, memory: memoryUse(peak) };
  } catch (error) {
    return { type: 'failed', error: toWireError(error), memory: memoryUse(peak) };
  }
}

function memoryUse(peak: Float64Array): ChildMemory {
  const now = process.memoryUsage.rss();
  peak[0] = Math.max(peak[0] ?? 0, now);
  return { now, peak: peak[0] };
}

function startWatchdog(peak: SharedArrayBuffer): void {
  const data: WatchdogData = { memoryMb: Number(process.argv[2]), peak };
  const watchdog = new Worker(threadEntry(import.meta.url, './watchdog.js'), { workerData: data });
  watchdog.unref();
}

/** No reader needs the network; this keeps a document from reaching it through a library. */
function closeNetwork(): void {
  globalThis.fetch = () => Promise.reject(new Error('Documents are read without a network.'));
}

function send(message: ChildMessage): void {
  process.send?.(message);
}

main();
