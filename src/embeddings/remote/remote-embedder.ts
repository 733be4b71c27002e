import { linkedSignal } from '../../endpoints/index.js';
import { AquiferError, isAquiferError } from '../../errors/index.js';
import type { EmbedCall, EmbeddedText, Embedder, EmbeddingModel } from '../embedder.js';
import { meanVector } from '../local/index.js';
import { textWindows } from '../windows/index.js';
import { inBatches } from './batches.js';
import { type Caller, Client, type Input } from './client.js';
import { BatchEmbedder, type Embedded } from './embed-batch.js';
import { closed, isRefusal, refusedTexts } from './failures.js';
import type { Protocol } from './protocol.js';
import { type RemoteOptions, type RemoteSettings, remoteSettings } from './settings.js';
import { type TokenCounter, windowBudget } from './token-budget.js';

/** Stands in for a blank text, which providers refuse. */
const BLANK = '.';
/** Windows are not halved further when the provider finds them too long. Tokens. */
const SMALLEST_WINDOW = 16;

/** An embedder whose model is behind HTTP. */
export class RemoteEmbedder implements Embedder {
  readonly model: EmbeddingModel;
  readonly #client: Client;
  readonly #settings: RemoteSettings;
  readonly #count: TokenCounter;
  readonly #closing = new AbortController();

  constructor(model: EmbeddingModel, protocol: Protocol, counter: TokenCounter, options: RemoteOptions) {
    this.model = model;
    this.#settings = remoteSettings(options);
    this.#client = new Client(model, protocol, this.#settings);
    this.#count = counter;
  }

  async embedPassages(texts: readonly string[], call: EmbedCall = {}): Promise<Float32Array[][]> {
    // What follows a failure would be paid for and thrown away.
    const giveUp = new AbortController();
    const signals = [giveUp.signal, call.signal];
    const failing = (error: AquiferError) => {
      if (!isRefusal(error)) giveUp.abort(error);
    };
    const each = await this.#during(signals, (signal) =>
      this.#embedTexts(texts, { tenantId: call.tenantId, role: 'passage', signal }, failing),
    );
    return allOf(this.model.id, each);
  }

  embedEach(texts: readonly string[], call: EmbedCall = {}): Promise<EmbeddedText[]> {
    return this.#during([call.signal], (signal) =>
      this.#embedTexts(texts, { tenantId: call.tenantId, role: 'passage', signal }, () => {}),
    );
  }

  async embedQuery(text: string, call: EmbedCall = {}): Promise<Float32Array> {
    this.#assertOpen();
    if (text.trim() === '') {
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        'The question is blank; it must hold at least one word.',
      );
    }
    const [embedded] = await this.#during([call.signal], (signal) =>
      this.#embedTexts([text], { tenantId: call.tenantId, role: 'query', signal }, () => {}),
    );
    if (!embedded?.ok) throw embedded?.error;
    return meanVector(embedded.windows);
  }

  async probe(call: EmbedCall = {}): Promise<void> {
    await this.embedQuery('water', call);
  }

  async close(): Promise<void> {
    this.#closing.abort(closed(this.model.id));
  }

  async #during<T>(
    signals: readonly (AbortSignal | undefined)[],
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    this.#assertOpen();
    const linked = linkedSignal([this.#closing.signal, ...signals]);
    try {
      return await work(linked.signal);
    } finally {
      linked.done();
    }
  }

  /** Windows that the provider finds too long, whatever we counted, are cut smaller. */
  async #embedTexts(
    texts: readonly string[],
    caller: Caller,
    failing: (error: AquiferError) => void,
  ): Promise<EmbeddedText[]> {
    const prefix = this.model.prefixes?.[caller.role] ?? '';
    let limit = windowBudget(this.model, prefix, this.#count);
    const batches = new BatchEmbedder(this.#client, caller, this.model.id);
    const results = new Map<number, EmbeddedText>();
    for (let open = [...texts.keys()]; open.length > 0; limit = Math.floor(limit / 2)) {
      const windows = open.map((place) => this.#windows(texts[place] ?? '', prefix, limit));
      const embedded = await this.#embedDistinct(windows.flat(), batches, failing);
      for (const [at, place] of open.entries()) {
        results.set(place, assembled((windows[at] ?? []).map(({ text }) => embedded.get(text) as Embedded)));
      }
      const halvable = limit / 2 >= SMALLEST_WINDOW;
      open = halvable ? open.filter((place) => isTooLong(results.get(place))) : [];
    }
    return texts.map((_, place) => results.get(place) as EmbeddedText);
  }

  #windows(text: string, prefix: string, limit: number): Input[] {
    const windows = textWindows(text.trim() === '' ? BLANK : wellFormed(text), limit, this.#count.count);
    return windows.map((window) => ({ text: prefix + window.text, tokens: window.tokens }));
  }

  /** The same text twice in one call is sent once. */
  async #embedDistinct(
    inputs: readonly Input[],
    batches: BatchEmbedder,
    failing: (error: AquiferError) => void,
  ): Promise<Map<string, Embedded>> {
    const distinct = [...new Map(inputs.map((input) => [input.text, input])).values()];
    const embedded = new Map<string, Embedded>();
    await Promise.all(
      inBatches(distinct, this.#settings).map(async (batch) => {
        for (const [at, result] of (await batches.embed(batch)).entries()) {
          embedded.set(batch[at]?.text ?? '', result);
          if (result instanceof AquiferError) failing(result);
        }
      }),
    );
    return embedded;
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw closed(this.model.id);
  }
}

/** JSON cannot carry half a character. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}

function assembled(windows: readonly Embedded[]): EmbeddedText {
  const error = windows.find((window) => window instanceof AquiferError);
  if (error) return { ok: false, error };
  return { ok: true, windows: windows.filter((window) => window instanceof Float32Array) };
}

function isTooLong(embedded: EmbeddedText | undefined): boolean {
  return embedded?.ok === false && isRefusal(embedded.error) && embedded.error.because === 'too long';
}

function allOf(model: string, each: readonly EmbeddedText[]): Float32Array[][] {
  const failures = each.flatMap((one, place) => (one.ok ? [] : [{ place, error: one.error }]));
  const [first] = failures;
  if (!first) return each.map((one) => (one.ok ? one.windows : []));
  const worse = failures.find(({ error }) => !isAquiferError(error, 'AQF_EMBEDDING_REFUSED'));
  if (worse) throw worse.error;
  throw refusedTexts(
    model,
    failures.map(({ place }) => place),
    first.error,
  );
}
