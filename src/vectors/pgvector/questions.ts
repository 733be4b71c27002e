import type { RelationalProvider, TenantContext } from '../../relational/index.js';
import { encodeVectors } from '../encode.js';

/** Of the truly nearest, the shares for which widths are measured. */
const RECALLS = [0.9, 0.95, 0.98, 0.99] as const;
const WIDTHS = [40, 60, 90, 130, 190, 270, 380, 530, 740, 1000];
const MEASURED_NEIGHBOURS = 10;
/** Of what may be missed, the part that is left for the error of a sample. */
const MARGIN = 0.25;

/** Questions that are kept of a space, at most; of larger spaces fewer, since each reads every vector twice. */
const MOST_QUESTIONS = 200;
const FEWEST_QUESTIONS = 32;
const VECTORS_READ = 10_000_000;
/** Questions after which a space is measured again: a little later each time. */
const AGAIN_AFTER = 20;

interface Sample {
  readonly vectors: Float32Array[];
  asked: number;
  measuredAt: number;
  measuring: boolean;
}

/** How wide the index of a space must be searched for a recall, as measured on questions that were asked of it. */
export class Questions {
  readonly #provider: RelationalProvider;
  readonly #samples = new Map<string, Sample>();
  readonly #running = new Set<Promise<void>>();

  constructor(provider: RelationalProvider) {
    this.#provider = provider;
  }

  /** Keeps the question among those that are measured, as likely as any other; measures when there are enough new ones. */
  note(context: TenantContext, spaceId: number, vectors: number, question: Float32Array): void {
    const key = `${context.tenantId} ${spaceId}`;
    const sample = this.#samples.get(key) ?? { vectors: [], asked: 0, measuredAt: 0, measuring: false };
    this.#samples.set(key, sample);
    sample.asked += 1;
    const most = Math.min(MOST_QUESTIONS, Math.max(FEWEST_QUESTIONS, Math.floor(VECTORS_READ / vectors)));
    keep(sample, question, most);
    const enough = sample.measuredAt === 0 ? most : sample.measuredAt * AGAIN_AFTER;
    if (sample.asked < enough || sample.measuring) return;
    sample.measuring = true;
    const measuring = measure(this.#provider, context, spaceId, sample.vectors)
      .catch(() => undefined)
      .then(() => {
        sample.measuring = false;
        sample.measuredAt = sample.asked;
        this.#running.delete(measuring);
      });
    this.#running.add(measuring);
  }

  /** Resolves when nothing is being measured. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}

/** A reservoir (Vitter 1985, algorithm R). */
function keep({ vectors, asked }: Sample, question: Float32Array, most: number): void {
  if (vectors.length < most) {
    vectors.push(Float32Array.from(question));
    return;
  }
  const place = Math.floor(Math.random() * asked);
  if (place < most) vectors[place] = Float32Array.from(question);
}

/** For each recall the narrowest search that reached it, with a margin, on these questions; none where none did. */
export async function measure(
  provider: RelationalProvider,
  context: TenantContext,
  spaceId: number,
  questions: readonly Float32Array[],
): Promise<Readonly<Record<string, number>>> {
  const { rows } = await provider.query<{ ef: number; recall: number }>(context, {
    text: 'select ef, recall from aquifer.measured_recall($1, $2::real[], $3, $4) order by ef',
    values: [spaceId, encodeVectors(questions), MEASURED_NEIGHBOURS, WIDTHS],
  });
  const tuned: Record<string, number> = {};
  for (const wanted of RECALLS) {
    const enough = rows.find(({ recall }) => recall >= wanted + (1 - wanted) * MARGIN);
    if (enough) tuned[wanted] = enough.ef;
  }
  await provider.query(context, {
    text: `update aquifer.vector_spaces set tuned = $2::jsonb
           where tenant_id = (select aquifer.current_tenant()) and id = $1`,
    values: [spaceId, JSON.stringify(tuned)],
  });
  return tuned;
}
