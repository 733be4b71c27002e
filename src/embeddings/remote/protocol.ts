import type { EndpointRequest } from '../../endpoints/index.js';

/** What came back, by the places of the texts; a place may be missing. */
export interface ProviderAnswer {
  readonly vectors: ReadonlyMap<number, Float32Array>;
  /** Tokens that the provider counted. */
  readonly tokens?: number;
}

/** How a kind of provider is spoken to. */
export interface Protocol {
  request(texts: readonly string[]): EndpointRequest;
  /**
   * @param asked how many texts the request had
   * @throws anything when the answer is not one
   */
  read(body: unknown, asked: number): ProviderAnswer;
  /** After a refusal: true when the next request is made in another way, and worth sending. */
  adapt?(reason: string): boolean;
}
