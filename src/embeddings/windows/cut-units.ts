/** What is not cut within: a word, with its tokens. */
export interface Unit {
  readonly size: number;
  /** It closes a sentence or a paragraph. */
  readonly endsSentence: boolean;
}

/** The units of a window: from `start` up to and without `end`. */
export interface UnitSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts units into windows of at most `limit` tokens, about equal in length so that none is a meagre tail, at
 * the end of a sentence where one lies near. No unit may be larger than `limit`.
 */
export function cutUnits(units: readonly Unit[], limit: number): UnitSpan[] {
  let remaining = sizeOf(units);
  const spans: UnitSpan[] = [];
  for (let start = 0; start < units.length; ) {
    const end = remaining <= limit ? units.length : chooseEnd(units, start, remaining, limit);
    spans.push({ start, end });
    remaining -= sizeOf(units.slice(start, end));
    start = end;
  }
  return spans;
}

function sizeOf(units: readonly Unit[]): number {
  return units.reduce((sum, { size }) => sum + size, 0);
}

/**
 * The cut nearest to an equal share of what remains. A sentence's end wins over any cut between words,
 * unless it would leave less than half a share on either side.
 */
function chooseEnd(units: readonly Unit[], start: number, remaining: number, limit: number): number {
  const share = remaining / Math.ceil(remaining / limit);
  let best = { end: start + 1, cost: Number.POSITIVE_INFINITY };
  let size = 0;
  for (let index = start; index < units.length; index++) {
    const unit = units[index];
    size += unit?.size ?? 0;
    if (size > limit) break;
    const leavesEnough = Math.min(size, remaining - size) >= share / 2;
    const cost = Math.abs(size - share) + (unit?.endsSentence && leavesEnough ? 0 : limit);
    if (cost < best.cost) best = { end: index + 1, cost };
  }
  return best.end;
}
