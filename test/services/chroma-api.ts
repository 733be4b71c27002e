import { z } from 'zod';

const collection = z.object({ id: z.string(), name: z.string() });
const heartbeat = z.object({ 'nanosecond heartbeat': z.number() });
const queryAnswer = z.object({ ids: z.array(z.array(z.string())) });

const COLLECTIONS = '/api/v2/tenants/default_tenant/databases/default_database/collections';

/** The few calls of Chroma's HTTP interface that tests need; its npm client would bring the 50 MB server along. */
export class ChromaApi {
  constructor(private readonly url: string) {}

  /** The server's clock, in nanoseconds since 1970. */
  async heartbeat(): Promise<number> {
    return heartbeat.parse(await this.call('GET', '/api/v2/heartbeat'))['nanosecond heartbeat'];
  }

  /** Creates a collection and returns its id. */
  async createCollection(name: string): Promise<string> {
    return collection.parse(await this.call('POST', COLLECTIONS, { name })).id;
  }

  async collectionNames(): Promise<string[]> {
    const collections = z.array(collection).parse(await this.call('GET', COLLECTIONS));
    return collections.map(({ name }) => name);
  }

  async add(id: string, records: { ids: string[]; embeddings: number[][] }): Promise<void> {
    await this.call('POST', `${COLLECTIONS}/${id}/add`, records);
  }

  /** The ids of the `count` records nearest to the embedding, nearest first. */
  async nearest(id: string, embedding: number[], count: number): Promise<string[]> {
    const query = { query_embeddings: [embedding], n_results: count };
    const answer = queryAnswer.parse(await this.call('POST', `${COLLECTIONS}/${id}/query`, query));
    return answer.ids[0] ?? [];
  }

  async deleteCollection(name: string): Promise<void> {
    await this.call('DELETE', `${COLLECTIONS}/${name}`);
  }

  private async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Chroma: ${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
