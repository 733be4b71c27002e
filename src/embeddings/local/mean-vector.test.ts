import { describe, expect, it } from 'vitest';
import { meanVector } from './mean-vector.js';

describe('meanVector', () => {
  it('lies between its vectors and has length one', () => {
    const [x = 0, y = 0] = meanVector([Float32Array.of(1, 0), Float32Array.of(0, 1)]);
    expect(x).toBeCloseTo(Math.SQRT1_2, 6);
    expect(y).toBeCloseTo(Math.SQRT1_2, 6);
  });

  it('is the vector itself where there is one', () => {
    expect(meanVector([Float32Array.of(0.6, 0.8)])).toEqual(Float32Array.of(0.6, 0.8));
  });

  it('is a unit vector even for opposites', () => {
    expect(meanVector([Float32Array.of(1, 0), Float32Array.of(-1, 0)])).toEqual(Float32Array.of(1, 0));
  });
});
