import type pg from 'pg';
import type { DataLayer } from '../../src/layer/index.js';
import type { BenchmarkContext } from '../harness/benchmark.js';
import { median } from '../harness/statistics.js';
import { timed } from '../harness/timing.js';
import { withClient } from '../relational/server.js';
import type { KnownQuestion } from './data.js';
import { TENANT } from './load-documents.js';

/** The same chunks as one writes full-text search by hand. */
const TABLE = [
  `create table public.reference_chunks as
   select id, document_id, content, to_tsvector('english', context || E'\\n' || content) as terms from aquifer.chunks`,
  'create index on public.reference_chunks using gin (terms)',
  'vacuum analyze public.reference_chunks',
];

/** $1 question, with OR between its words */
const SEARCH = `
  with question as materialized (
    select coalesce(string_agg(quote_literal(lexeme), ' | '), '')::tsquery as query
    from unnest(to_tsvector('english', $1))
  )
  select c.document_id, c.content, ts_rank_cd(c.terms, query) as score
  from question join public.reference_chunks c on c.terms @@ query
  order by score desc limit 10`;

/** OR-tsquery on a GIN index ranked by ts_rank_cd. */
export class FullTextReference {
  readonly #url: string;

  private constructor(url: string) {
    this.#url = url;
  }

  static async create(url: string, context: BenchmarkContext): Promise<FullTextReference> {
    context.progress('the reference in full text');
    await withClient({ connectionString: url }, async (client) => {
      for (const statement of TABLE) await client.query(statement);
    });
    return new FullTextReference(url);
  }

  /** How many times as fast the lexical leg is: the median over questions, which both are asked by turns. */
  async compare(layer: DataLayer, questions: readonly KnownQuestion[]): Promise<number> {
    return withClient({ connectionString: this.#url }, async (client) => {
      const ratios: number[] = [];
      for (const { text } of questions) {
        const scope = layer.scope({ tenantId: TENANT });
        const own = await timed(() => scope.search(text, { mode: 'lexical', limit: 10 }));
        const reference = await timed(() => fullText(client, text));
        ratios.push(reference.ms / own.ms);
      }
      return median(ratios);
    });
  }
}

async function fullText(client: pg.Client, question: string): Promise<void> {
  await client.query({ name: 'full text', text: SEARCH, values: [question] });
}
