import type { RelationalProvider, Row, TenantContext } from '../../relational/index.js';
import { encodeVectors } from '../encode.js';
import { chosenWidths, type Measured, type MeasuredWidth, NOTHING_MEASURED, pooled } from './tuning.js';

const WIDTHS = [40, 50, 60, 75, 90, 110, 130, 160, 190, 230, 270, 320, 380, 450, 530, 740, 1000];
/** What one measurement reads, about: a third of a second of one core. */
const VECTORS_READ = 400_000;
const MOST_QUESTIONS = 32;
/** How long nothing is measured after a measurement, in times of what it took: the more is known, the less it may cost. */
const PAUSES = [
  { knownBelow: 100, times: 2 },
  { knownBelow: 1000, times: 4 },
  { knownBelow: Number.POSITIVE_INFINITY, times: 99 },
] as const;
const PAUSE_AFTER_FAILURE_MS = 60_000;
/** Each keeps some questions in memory. */
const MOST_SPACES = 1_000;

/** Of the questions since the last measurement some, each as likely as any other. */
interface Sample {
  readonly vectors: Float32Array[];
  asked: number;
  /** How many of the nearest are looked for: the most that were asked. */
  neighbours: number;
  /** Of the clock, ms. */
  nextAt: number;
  measuring: boolean;
}

/** A question that an index answered. */
export interface AskedQuestion {
  readonly spaceId: number;
  /** Vectors of the space. */
  readonly vectors: number;
  /** How many of the nearest were wanted. */
  readonly neighbours: number;
  readonly question: Float32Array;
}

/** How wide the index of a space must be searched for a recall, as measured on questions that were asked of it. */
export class RecallSamples {
  readonly #provider: RelationalProvider;
  readonly #samples = new Map<string, Sample>();
  readonly #running = new Set<Promise<void>>();

  constructor(provider: RelationalProvider) {
    this.#provider = provider;
  }

  /** Keeps the question among those that are measured; measures them when there are enough, and it is time. */
  note(context: TenantContext, { spaceId, vectors, neighbours, question }: AskedQuestion): void {
    const sample = this.#sampleOf(`${context.tenantId} ${spaceId}`);
    sample.neighbours = Math.max(sample.neighbours, neighbours);
    const wanted = Math.min(MOST_QUESTIONS, Math.max(1, Math.floor(VECTORS_READ / vectors)));
    keep(sample, question, wanted);
    if (sample.measuring || sample.vectors.length < wanted || performance.now() < sample.nextAt) return;
    const measuring = this.#measure(context, spaceId, sample).finally(() => this.#running.delete(measuring));
    this.#running.add(measuring);
  }

  /** Resolves when nothing is being measured. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #sampleOf(key: string): Sample {
    const known = this.#samples.get(key);
    if (known) return known;
    if (this.#samples.size >= MOST_SPACES) this.#samples.clear();
    const sample = { vectors: [], asked: 0, neighbours: 0, nextAt: 0, measuring: false };
    this.#samples.set(key, sample);
    return sample;
  }

  /** A search does without what was not measured, so that a failure only puts it off. */
  async #measure(context: TenantContext, spaceId: number, sample: Sample): Promise<void> {
    const began = performance.now();
    sample.measuring = true;
    sample.asked = 0;
    try {
      const known = await measure(this.#provider, context, spaceId, {
        questions: sample.vectors.splice(0),
        neighbours: sample.neighbours,
      });
      const took = performance.now() - began;
      sample.nextAt = began + took + took * pauseAfter(known);
    } catch {
      sample.nextAt = performance.now() + PAUSE_AFTER_FAILURE_MS;
    } finally {
      sample.measuring = false;
    }
  }
}

function pauseAfter(known: number): number {
  return PAUSES.find(({ knownBelow }) => known < knownBelow)?.times ?? 0;
}

/** A reservoir (Vitter 1985, algorithm R). */
function keep(sample: Sample, question: Float32Array, wanted: number): void {
  sample.asked += 1;
  if (sample.vectors.length < wanted) {
    sample.vectors.push(Float32Array.from(question));
    return;
  }
  const place = Math.floor(Math.random() * sample.asked);
  if (place < wanted) sample.vectors[place] = Float32Array.from(question);
}

/** Measures a sample, adds it to those of all processes, and chooses widths by them. Resolves to the questions known. */
async function measure(
  provider: RelationalProvider,
  context: TenantContext,
  spaceId: number,
  { questions, neighbours }: { readonly questions: readonly Float32Array[]; readonly neighbours: number },
): Promise<number> {
  const { rows } = await provider.query<MeasuredWidth & Row>(context, {
    text: 'select ef, found, wanted from aquifer.measured_recall($1, $2::real[], $3, $4) order by ef',
    values: [spaceId, encodeVectors(questions), neighbours, WIDTHS],
  });
  if (rows.length === 0) return 0;
  return provider.transaction(context, async (tx) => {
    const { rows: spaces } = await tx.query<{ measured: Partial<Measured> }>(LOCK, [spaceId]);
    if (!spaces[0]) return 0;
    const measured = pooled({ ...NOTHING_MEASURED, ...spaces[0].measured }, questions.length, rows);
    await tx.query(TUNE, [spaceId, JSON.stringify(measured), JSON.stringify(chosenWidths(measured))]);
    return measured.questions;
  });
}

const OF_SPACE = 'tenant_id = (select aquifer.current_tenant()) and id = $1';
/** A space that is being written is left alone: the next sample comes soon. */
const LOCK = `select measured from aquifer.vector_spaces where ${OF_SPACE} for update skip locked`;
const TUNE = `update aquifer.vector_spaces set measured = $2::jsonb, tuned = $3::jsonb where ${OF_SPACE}`;
