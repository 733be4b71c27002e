/** Sign patterns that are tried one by one; of more, this many are drawn. */
const PERMUTATIONS = 10_000;
/** The same data have the same p in every run. */
const SEED = 42;

export interface RandomisationTest {
  /** How likely a difference of means at least this large is when neither is better. Two-sided. */
  readonly p: number;
  /** Sign patterns that were looked at: all there are, or those that were drawn. */
  readonly permutations: number;
  readonly exact: boolean;
}

/**
 * Paired randomisation test: if neither is better, each difference could as well have the other sign. All patterns of
 * signs are tried where there are no more than 10,000; otherwise 10,000 are drawn from a fixed seed, and p is
 * (as large + 1) / (drawn + 1). Smucker, Allan & Carterette 2007, https://doi.org/10.1145/1321440.1321528; the correction
 * is Phipson & Smyth 2010, https://doi.org/10.2202/1544-6115.1585
 *
 * @param differences of each query, the second less the first
 */
export function randomisationTest(differences: readonly number[]): RandomisationTest {
  // A sign changes nothing about 0.
  const moved = differences.filter((difference) => difference !== 0);
  const observed = Math.abs(sumOf(moved)) - tolerance(moved);
  if (2 ** moved.length <= PERMUTATIONS) return exactly(moved, observed);
  const random = generator(SEED);
  let asLarge = 0;
  for (let drawn = 0; drawn < PERMUTATIONS; drawn++) {
    if (Math.abs(drawnSum(moved, random)) >= observed) asLarge++;
  }
  return { p: (asLarge + 1) / (PERMUTATIONS + 1), permutations: PERMUTATIONS, exact: false };
}

function exactly(moved: readonly number[], observed: number): RandomisationTest {
  const permutations = 2 ** moved.length;
  let asLarge = 0;
  for (let pattern = 0; pattern < permutations; pattern++) {
    let sum = 0;
    for (const [at, difference] of moved.entries()) sum += (pattern >> at) & 1 ? difference : -difference;
    if (Math.abs(sum) >= observed) asLarge++;
  }
  return { p: asLarge / permutations, permutations, exact: true };
}

/** 32 signs a draw. */
function drawnSum(moved: readonly number[], random: () => number): number {
  let sum = 0;
  let bits = 0;
  for (const [at, difference] of moved.entries()) {
    if (at % 32 === 0) bits = random();
    sum += bits & 1 ? difference : -difference;
    bits >>>= 1;
  }
  return sum;
}

/** Sums of the same numbers differ by rounding when their order of signs does. */
function tolerance(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0) * 1e-12;
}

/** Mulberry32: 32 bits a call, period 2³², by Tommy Ettinger, in the public domain. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

export interface TTest {
  /** Undefined where all differences are equal. */
  readonly t: number | undefined;
  readonly degreesOfFreedom: number;
  /** Two-sided. */
  readonly p: number;
}

/** Student's paired t-test, as a check on the randomisation test. Student 1908, https://doi.org/10.2307/2331554 */
export function pairedTTest(differences: readonly number[]): TTest {
  const degreesOfFreedom = differences.length - 1;
  const mean = sumOf(differences) / differences.length;
  const variance =
    differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0) / degreesOfFreedom;
  if (!(variance > 0)) return { t: undefined, degreesOfFreedom, p: 1 };
  const t = mean / Math.sqrt(variance / differences.length);
  return { t, degreesOfFreedom, p: twoSided(t, degreesOfFreedom) };
}

/** Both tails of Student's distribution: the regularised incomplete beta function I(df / (df + t²); df / 2, 1 / 2). */
function twoSided(t: number, df: number): number {
  return incompleteBeta(df / (df + t * t), df / 2, 0.5);
}

/** By its continued fraction, evaluated by Lentz's method. https://dlmf.nist.gov/8.17#v */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return (front * fraction) / a;
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** Stirling's series, from 8 on right to twelve digits; smaller arguments are brought there. https://dlmf.nist.gov/5.11 */
function logGamma(x: number): number {
  if (x < 8) return logGamma(x + 1) - Math.log(x);
  const inverse = 1 / (x * x);
  const series = 1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)));
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series / x;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
