import type { Metric } from '../store.js';

type Distance = (left: ArrayLike<number>, right: ArrayLike<number>) => number;

/** The distance of a metric, computed in double precision; not a number for the cosine of a vector of zeros. */
export function distanceOf(metric: Metric): Distance {
  return DISTANCES[metric];
}

/** Higher is better; see VectorHit. */
export function scoreOf(metric: Metric, distance: number): number {
  if (metric === 'cosine') return 1 - distance;
  return metric === 'l2' ? 1 / (1 + distance) : -distance;
}

const DISTANCES: Readonly<Record<Metric, Distance>> = {
  cosine: (left, right) => 1 - product(left, right) / Math.sqrt(product(left, left) * product(right, right)),
  l2: (left, right) => Math.sqrt(squares(left, right)),
  inner: (left, right) => -product(left, right),
};

function product(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += (left[at] ?? 0) * (right[at] ?? 0);
  return sum;
}

function squares(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += ((left[at] ?? 0) - (right[at] ?? 0)) ** 2;
  return sum;
}
