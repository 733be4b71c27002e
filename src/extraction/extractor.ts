import { AquiferError } from '../errors/index.js';
import { ExtractionProcess } from './child/process.js';
import type { ExtractionSource } from './context.js';
import type { ExtractedDocument } from './document.js';
import { empty } from './failures.js';
import { type ExtractionLimits, positiveInteger, resolveLimits } from './limits.js';

export interface ExtractorOptions extends ExtractionLimits {
  /** Child processes, each reading one file at a time. They start when first needed. @default 1 */
  readonly processes: number;
}

/** What the child processes of an extractor have used so far. */
export interface ExtractionUsage {
  /** Highest resident memory of any child process, in bytes. */
  readonly peakMemoryBytes: number;
  /** Child processes started, the first one included. */
  readonly processesStarted: number;
}

/**
 * Turns files into text with structure. Files are parsed in child processes that are killed when they pass
 * a limit, so no file can crash, hang or fill the process that calls.
 */
export interface Extractor extends AsyncDisposable {
  /**
   * Reads one file. Calls beyond the number of processes wait their turn.
   *
   * @throws AquiferError with one code for each way to fail: AQF_EXTRACTION_UNSUPPORTED, _ENCRYPTED,
   * _EMPTY, _SCANNED, _CORRUPT, _HOSTILE, _TOO_LARGE, _TOO_MANY_PAGES, _EXPANDED_TOO_LARGE, _TOO_DEEP,
   * _TIMEOUT, _MEMORY, _CRASHED; AQF_PEER_MISSING for a PDF where `pdfjs-dist` is not installed;
   * AQF_LAYER_CLOSED after `close()`
   */
  extract(source: ExtractionSource): Promise<ExtractedDocument>;
  usage(): ExtractionUsage;
  /** Ends the child processes; files being read fail with AQF_LAYER_CLOSED. */
  close(): Promise<void>;
}

/** Starts nothing until the first file. @throws AQF_ARGUMENT_INVALID */
export function createExtractor(options: Partial<ExtractorOptions> = {}): Extractor {
  return new ProcessExtractor(resolveLimits(options), positiveInteger('processes', options.processes ?? 1));
}

/** After a file that left a child this full, the next one gets a fresh child. Share of the memory limit. */
const FULL = 0.5;

class ProcessExtractor implements Extractor {
  readonly #limits: ExtractionLimits;
  readonly #slots: Slot[];
  readonly #waiting: ((slot: Slot) => void)[] = [];
  #peakMemoryBytes = 0;
  #processesStarted = 0;
  #closed = false;

  constructor(limits: ExtractionLimits, processes: number) {
    this.#limits = limits;
    this.#slots = Array.from({ length: processes }, () => ({ process: undefined, busy: false }));
  }

  async extract(source: ExtractionSource): Promise<ExtractedDocument> {
    this.#checkOpen();
    this.#checkSize(source.bytes.byteLength);
    const slot = await this.#acquire();
    try {
      this.#checkOpen();
      return await this.#processOf(slot).run(source);
    } catch (error) {
      this.#checkOpen();
      throw error;
    } finally {
      this.#release(slot);
    }
  }

  usage(): ExtractionUsage {
    return { peakMemoryBytes: this.#peakMemoryBytes, processesStarted: this.#processesStarted };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#slots.map(({ process }) => process?.kill()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    throw new AquiferError('AQF_LAYER_CLOSED', 'The extractor is closed.', {
      hint: 'Create a new one with createExtractor().',
    });
  }

  #checkSize(bytes: number): void {
    if (bytes === 0) throw empty();
    if (bytes <= this.#limits.maxBytes) return;
    throw new AquiferError(
      'AQF_EXTRACTION_TOO_LARGE',
      `The file has ${bytes} bytes; at most ${this.#limits.maxBytes} are read (limit maxBytes).`,
      { facts: { bytes, maxBytes: this.#limits.maxBytes } },
    );
  }

  #acquire(): Promise<Slot> {
    const free = this.#slots.find(({ busy }) => !busy);
    if (!free) return new Promise((resolve) => this.#waiting.push(resolve));
    free.busy = true;
    return Promise.resolve(free);
  }

  #processOf(slot: Slot): ExtractionProcess {
    if (!slot.process || slot.process.ended) {
      slot.process = new ExtractionProcess(this.#limits);
      this.#processesStarted += 1;
    }
    return slot.process;
  }

  #release(slot: Slot): void {
    this.#retireIfFull(slot);
    const next = this.#waiting.shift();
    if (next) next(slot);
    else slot.busy = false;
  }

  #retireIfFull(slot: Slot): void {
    const memory = slot.process?.memory ?? { now: 0, peak: 0 };
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, memory.peak);
    if (memory.now > FULL * this.#limits.memoryMb * 1024 * 1024) void slot.process?.kill();
  }
}

/** A place for one child process. */
interface Slot {
  process: ExtractionProcess | undefined;
  busy: boolean;
}
