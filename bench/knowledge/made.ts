import { makeCorpus } from '../data/made.js';
import type { Knowledge, KnownPassage } from './data.js';
import { DIMENSIONS } from './data.js';
import { normalise, normalNumbers, randomNumbers, withNoise } from './random.js';

const PASSAGES = 100_000;
const QUESTIONS = 1000;
const PASSAGES_A_DOCUMENT = 32;
/** Shares as the real tenants have them. */
const TENANTS: Readonly<Record<string, number>> = {
  keps: 0.305,
  peps: 0.265,
  'rust-rfcs': 0.168,
  swift: 0.154,
  eips: 0.108,
};

/**
 * Passages of the shape of the real ones, for machines without them. A tenant is a direction, a document one near it, a
 * passage one near its document; documents of a time and a state are neighbours, so that filters and vectors correlate.
 */
export function makeKnowledge(): Knowledge {
  const corpus = makeCorpus(PASSAGES, QUESTIONS);
  const normal = normalNumbers(randomNumbers(384));
  const near = (centre: Float32Array, strength: number, seed: number) => withNoise(strength, seed)(centre);
  const anywhere = () => normalise(Float32Array.from({ length: DIMENSIONS }, normal));
  const vectors = new Float32Array(PASSAGES * DIMENSIONS);
  const passages: KnownPassage[] = [];
  const documents: Float32Array[] = [];
  for (const tenant of Object.keys(TENANTS)) {
    const community = anywhere();
    const rows = Math.round((TENANTS[tenant] as number) * PASSAGES);
    for (let row = 0; row < rows && passages.length < PASSAGES; row++) {
      const index = passages.length;
      const place = Math.floor(row / PASSAGES_A_DOCUMENT);
      if (row % PASSAGES_A_DOCUMENT === 0) documents.push(near(community, 1.2, index));
      const centre = documents[documents.length - 1] as Float32Array;
      vectors.set(near(centre, 0.8, -index - 1), index * DIMENSIONS);
      const source = corpus.passages[index];
      passages.push({
        tenant,
        document: `${tenant}-${place}`,
        title: source?.title ?? '',
        heading: source?.heading ?? null,
        text: source?.text ?? '',
        ...stateOf(place, rows / PASSAGES_A_DOCUMENT),
      });
    }
  }
  const asked = Array.from({ length: QUESTIONS }, (_, n) => Math.floor((n * passages.length) / QUESTIONS));
  const questionVectors = new Float32Array(QUESTIONS * DIMENSIONS);
  for (const [n, row] of asked.entries()) {
    const vector = vectors.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS);
    questionVectors.set(near(vector, 0.8, 1_000_000 + n), n * DIMENSIONS);
  }
  return {
    name: 'made passages and clustered vectors (the real ones are not at hand)',
    passages,
    vectors,
    questionVectors,
    questions: asked.map((row) => {
      const { tenant, document, text } = passages[row] as KnownPassage;
      return { tenant, document, text: text.split('. ', 1)[0] ?? text };
    }),
  };
}

/** By the place of a document in its tenant's time: one in ten of 2025, of a hundred deferred, of a thousand living. */
function stateOf(place: number, documents: number): Pick<KnownPassage, 'status' | 'year'> {
  const share = place / documents;
  const year = share > 0.9 ? 2025 : 1996 + Math.floor(share * 31);
  if (place % 100 === 7) return { year, status: 'deferred' };
  if (place % 1000 === 50) return { year, status: 'living' };
  return { year, status: share < 0.15 ? null : share < 0.7 ? 'implemented' : 'draft' };
}
