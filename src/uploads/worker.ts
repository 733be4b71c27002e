import type { RelationalProvider, SystemContext } from '../relational/index.js';
import { Wake } from '../wake/index.js';
import type { ClaimedUpload } from './claimed.js';
import { type ProcessDependencies, processUpload } from './process.js';
import * as queries from './queries.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'uploads' };
/** Seconds that an upload is left to whoever works on it, unless they say that they still do. */
const HOLD_SECONDS = 60;
const RENEW_MS = 15_000;
/** Other servers queue as well, and do not ring. */
const LOOK_EVERY_MS = 3_000;
const STOP_DEADLINE_MS = 4_000;

export interface UploadWorkerOptions extends ProcessDependencies {
  readonly relational: RelationalProvider;
  /** The stores whose files this process can read. */
  readonly stores: () => Promise<readonly string[]>;
  /** Uploads in work at once. */
  readonly concurrency: number;
  readonly onError: (error: unknown) => void;
}

/** Makes documents of uploads, of all tenants in turn. Several may work on one database. */
export class UploadWorker {
  readonly #options: UploadWorkerOptions;
  readonly #bell = new Wake();
  readonly #stop = new AbortController();
  readonly #running = new Map<ClaimedUpload, Promise<void>>();
  #loop: Promise<void> | undefined;

  constructor(options: UploadWorkerOptions) {
    this.#options = options;
  }

  /** Works from now until it is stopped; calling it again only says that there is something to do. */
  start(): void {
    if (this.#stop.signal.aborted) return;
    this.#bell.ring();
    this.#loop ??= this.#work();
  }

  /** Takes no more, waits a moment for what is in work, and leaves the rest to whoever starts next. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await within(STOP_DEADLINE_MS, Promise.all(this.#running.values()));
    await Promise.allSettled([...this.#running.keys()].map((upload) => this.#putBack(upload)));
  }

  async #work(): Promise<void> {
    await this.#takeUp().catch(this.#options.onError);
    while (!this.#stop.signal.aborted) {
      const upload = await this.#claim();
      if (upload) this.#begin(upload);
      else await this.#bell.wait(LOOK_EVERY_MS, this.#stop.signal);
    }
  }

  #begin(upload: ClaimedUpload): void {
    const running = this.#process(upload)
      .catch(this.#options.onError)
      .finally(() => {
        this.#running.delete(upload);
        this.#bell.ring();
      });
    this.#running.set(upload, running);
  }

  async #process(upload: ClaimedUpload): Promise<void> {
    const renewing = setInterval(() => {
      this.#update(queries.HOLD, upload, [HOLD_SECONDS]).catch(this.#options.onError);
    }, RENEW_MS);
    try {
      const { statement, values } = await processUpload(this.#options, upload);
      await this.#update(statement, upload, values);
    } finally {
      clearInterval(renewing);
    }
  }

  /** Undefined where there is nothing to do, or too much is being done. */
  async #claim(): Promise<ClaimedUpload | undefined> {
    if (this.#running.size >= this.#options.concurrency) return undefined;
    try {
      const values = [await this.#options.stores(), HOLD_SECONDS];
      const { rows } = await this.#options.relational.query<ClaimedUpload>(CONTEXT, {
        text: queries.CLAIM,
        values,
      });
      return rows[0];
    } catch (error) {
      // The database is away: it is asked again.
      this.#options.onError(error);
      return undefined;
    }
  }

  async #takeUp(): Promise<void> {
    const { relational } = this.#options;
    if (relational.kind === 'embedded') await relational.query(CONTEXT, { text: queries.TAKE_UP });
  }

  #putBack(upload: ClaimedUpload): Promise<void> {
    return this.#update(queries.PUT_BACK, upload, [0, 0]);
  }

  async #update(text: string, upload: ClaimedUpload, more: readonly unknown[]): Promise<void> {
    const values = [upload.tenantId, upload.id, upload.claim, ...more];
    await this.#options.relational.query(CONTEXT, { text, values });
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
