import { AquiferError } from '../../errors/index.js';
import type { Caller, Client, Input } from './client.js';
import { failed, isRefusal, type Refusal } from './failures.js';

/** A vector, or why there is none. */
export type Embedded = Float32Array | AquiferError;

/** What no model refuses: if this is, the request is wrong and not a text of it. */
const HARMLESS: Input = { text: 'water', tokens: 1 };

/**
 * Embeds inputs so that each has its vector or its error. A batch that is refused for one of its texts is
 * halved until the text is found; what an answer lacks is asked for again.
 */
export class BatchEmbedder {
  readonly #client: Client;
  readonly #caller: Caller;
  readonly #model: string;
  #harmlessTaken: Promise<boolean> | undefined;

  constructor(client: Client, caller: Caller, model: string) {
    this.#client = client;
    this.#caller = caller;
    this.#model = model;
  }

  /** @throws the reason of the signal, nothing else */
  async embed(inputs: readonly Input[]): Promise<Embedded[]> {
    if (inputs.length === 0) return [];
    try {
      const vectors = await this.#client.ask(inputs, this.#caller);
      if (vectors.size === 0) return await this.#embedLacking(inputs);
      const lacking = inputs.filter((_, place) => !vectors.has(place));
      const later = await this.embed(lacking);
      return inputs.map((_, place) => vectors.get(place) ?? (later.shift() as Embedded));
    } catch (error) {
      this.#caller.signal.throwIfAborted();
      if (isRefusal(error)) return this.#embedRefused(inputs, error);
      if (error instanceof AquiferError) return inputs.map(() => error);
      throw error;
    }
  }

  /** An answer without a vector that can be told whose it is: fewer texts leave less to be mistaken. */
  #embedLacking(inputs: readonly Input[]): Promise<Embedded[]> | Embedded[] {
    return inputs.length > 1 ? this.#inHalves(inputs) : [failed(this.#model, 'an answer without a vector')];
  }

  async #embedRefused(inputs: readonly Input[], error: Refusal): Promise<Embedded[]> {
    const atFault = inputs.length > 1 && error.because !== 'request' && (await this.#takesHarmless());
    return atFault ? this.#inHalves(inputs) : inputs.map(() => error);
  }

  async #inHalves(inputs: readonly Input[]): Promise<Embedded[]> {
    const middle = inputs.length >> 1;
    const halves = [inputs.slice(0, middle), inputs.slice(middle)];
    return (await Promise.all(halves.map((half) => this.embed(half)))).flat();
  }

  /** Asked once: without it, a wrong setting would be found out by as many requests as there are texts. */
  #takesHarmless(): Promise<boolean> {
    this.#harmlessTaken ??= this.#client.ask([HARMLESS], this.#caller).then(
      () => true,
      (error) => !isRefusal(error),
    );
    return this.#harmlessTaken;
  }
}
