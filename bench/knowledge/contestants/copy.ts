import { withClient } from '../../relational/server.js';
import { DIMENSIONS, vectorAt } from '../data.js';
import { EVERYTHING, openLayer, spaceOf } from './aquifer.js';
import { copyInto } from './binary-copy.js';
import { type Contestant, GRAPH, type OpenContestant } from './contestant.js';

/** Not to be searched: bare COPY BINARY into the tables of this library, with their keys and triggers, as their owner. */
export const openCopy: OpenContestant = async (surroundings): Promise<Contestant> => {
  const { url, knowledge } = surroundings;
  const layer = await openLayer(surroundings);
  const spaceId = await openSpace(url, spaceOf(layer, EVERYTHING).space.model);
  return {
    prepare: async () => undefined,
    async load() {
      const { passages, vectors } = knowledge;
      await copyInto(url, RECORDS, passages, (copy, passage, index) => {
        const { document, text, ...metadata } = passage;
        copy
          .row(7)
          .text(EVERYTHING)
          .integer(spaceId)
          .integer(index + 1);
        copy.text(String(index)).text(document).text(text).json(metadata);
      });
      await copyInto(url, VECTORS, passages, (copy, _, index) => {
        copy
          .row(4)
          .text(EVERYTHING)
          .integer(spaceId)
          .integer(index + 1)
          .halfvec(vectorAt(vectors, index));
      });
    },
    async index() {
      await spaceOf(layer, EVERYTHING).buildIndex(GRAPH);
    },
    search: async () => [],
    close: () => layer.close(),
  };
};

const RECORDS = 'aquifer.vector_records (tenant_id, space_id, item_id, id, document_id, content, metadata)';
const VECTORS = 'aquifer.vectors (tenant_id, space_id, item_id, embedding)';

function openSpace(url: string, model: string): Promise<number> {
  return withClient({ connectionString: url }, async (client) => {
    await client.query("select set_config('aquifer.tenant_id', $1, false)", [EVERYTHING]);
    const { rows } = await client.query<{ id: number }>(
      "select aquifer.open_space('passages', $1, $2, 'cosine') as id",
      [model, DIMENSIONS],
    );
    return rows[0]?.id ?? 0;
  });
}
