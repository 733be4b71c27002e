import type { RelationalProvider, Row, TenantContext } from '../../relational/index.js';
import { encodeVectors } from '../encode.js';
import { chosenWidths, type Measured, type MeasuredWidth, NOTHING_MEASURED, pooled } from './tuning.js';

const WIDTHS = [40, 60, 90, 130, 190, 270, 380, 530, 740, 1000];
const MEASURED_NEIGHBOURS = 10;
/** Questions of one sample, at most; of larger spaces fewer, since each reads every vector. */
const MOST_QUESTIONS = 200;
const FEWEST_QUESTIONS = 32;
const VECTORS_READ = 10_000_000;
/** A space is measured again when so many times as many questions were asked. */
const AGAIN_AFTER = 2;

interface Sample {
  readonly vectors: Float32Array[];
  asked: number;
  /** Questions among which the sample was chosen. */
  since: number;
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
    const sample = this.#samples.get(key) ?? {
      vectors: [],
      asked: 0,
      since: 0,
      measuredAt: 0,
      measuring: false,
    };
    this.#samples.set(key, sample);
    sample.asked += 1;
    sample.since += 1;
    const most = Math.min(MOST_QUESTIONS, Math.max(FEWEST_QUESTIONS, Math.floor(VECTORS_READ / vectors)));
    keep(sample, question, most);
    const enough = sample.measuredAt === 0 ? most : sample.measuredAt * AGAIN_AFTER;
    if (sample.asked < enough || sample.measuring) return;
    sample.measuring = true;
    const measuring = measure(this.#provider, context, spaceId, sample.vectors.splice(0))
      .catch(() => undefined)
      .then(() => {
        sample.measuring = false;
        sample.measuredAt = sample.asked;
        sample.since = 0;
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
function keep({ vectors, since }: Sample, question: Float32Array, most: number): void {
  if (vectors.length < most) {
    vectors.push(Float32Array.from(question));
    return;
  }
  const place = Math.floor(Math.random() * since);
  if (place < most) vectors[place] = Float32Array.from(question);
}

/** Measures a sample, adds it to those of all processes, and chooses widths by them. */
async function measure(
  provider: RelationalProvider,
  context: TenantContext,
  spaceId: number,
  questions: readonly Float32Array[],
): Promise<void> {
  const { rows } = await provider.query<MeasuredWidth & Row>(context, {
    text: 'select ef, found, wanted from aquifer.measured_recall($1, $2::real[], $3, $4) order by ef',
    values: [spaceId, encodeVectors(questions), MEASURED_NEIGHBOURS, WIDTHS],
  });
  if (rows.length === 0) return;
  await provider.transaction(context, async (tx) => {
    const { rows: spaces } = await tx.query<{ measured: Partial<Measured> }>(LOCK, [spaceId]);
    const measured = pooled({ ...NOTHING_MEASURED, ...spaces[0]?.measured }, questions.length, rows);
    await tx.query(TUNE, [spaceId, JSON.stringify(measured), JSON.stringify(chosenWidths(measured))]);
  });
}

const OF_SPACE = 'tenant_id = (select aquifer.current_tenant()) and id = $1';
const LOCK = `select measured from aquifer.vector_spaces where ${OF_SPACE} for update`;
const TUNE = `update aquifer.vector_spaces set measured = $2::jsonb, tuned = $3::jsonb where ${OF_SPACE}`;
