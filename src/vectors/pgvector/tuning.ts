/** What was found in samples of questions, summed: how many of the nearest, by how wide the index was searched. */
export interface Measured {
  readonly questions: number;
  /** Neighbours there were to find. */
  readonly wanted: number;
  readonly found: Readonly<Record<string, number>>;
}

/** One width of one sample. */
export interface MeasuredWidth {
  readonly ef: number;
  readonly found: number;
  readonly wanted: number;
}

/** Of the truly nearest, the shares for which widths are chosen. */
const RECALLS = [0.9, 0.95, 0.98, 0.99] as const;
/** Questions that are summed at most: then all are halved, so that what is asked today weighs more. */
const MOST_QUESTIONS = 2000;
/** Of what may be missed, the part left for the error of a sample of a hundred questions; it shrinks with their root. */
const MARGIN = 0.25;
const LEAST_MARGIN = 0.1;
/** Of fewer questions, a few easy ones would decide. */
const FEWEST_QUESTIONS = 20;
const ENOUGH_QUESTIONS = 100;

export const NOTHING_MEASURED: Measured = { questions: 0, wanted: 0, found: {} };

/** A sample added to those before, unless those were of other widths. */
export function pooled(before: Measured, questions: number, widths: readonly MeasuredWidth[]): Measured {
  if (before.questions > 0 && widths.some(({ ef }) => before.found[ef] === undefined)) {
    return pooled(NOTHING_MEASURED, questions, widths);
  }
  const share = before.questions >= MOST_QUESTIONS ? 0.5 : 1;
  const found = widths.map(({ ef, found }) => [ef, share * (before.found[ef] ?? 0) + found]);
  return {
    questions: share * before.questions + questions,
    wanted: share * before.wanted + (widths[0]?.wanted ?? 0),
    found: Object.fromEntries(found),
  };
}

/** For each recall the narrowest search that reached it, with a margin for what is not known; the widest where none did, once
 * enough is known, and until then none. */
export function chosenWidths({ questions, wanted, found }: Measured): Record<string, number> {
  if (questions < FEWEST_QUESTIONS) return {};
  const margin = Math.max(LEAST_MARGIN, MARGIN * Math.sqrt(100 / Math.max(1, questions)));
  const widths = Object.entries(found).map(([ef, hits]) => ({ ef: Number(ef), recall: hits / wanted }));
  widths.sort((one, other) => one.ef - other.ef);
  const chosen = RECALLS.flatMap((recall) => {
    const enough =
      widths.find((width) => width.recall >= recall + (1 - recall) * margin) ??
      (questions >= ENOUGH_QUESTIONS ? widths.at(-1) : undefined);
    return enough ? [[recall, enough.ef] as const] : [];
  });
  return Object.fromEntries(chosen);
}
