import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packVectors, unpackVectors } from './packed-vectors.js';

test('vectors come back bit by bit, wherever their bytes lie', () => {
  const vectors = fc.array(fc.float32Array({ minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(vectors, fc.nat(7), (given, shift) => {
      const packed = packVectors(given);
      expect(packed.byteLength).toBe(given.length * 12);
      const moved = new Uint8Array(packed.length + shift).subarray(shift);
      moved.set(packed);
      expect(unpackVectors(moved, 3)).toEqual(given);
    }),
  );
});

test('what is unpacked may be changed without changing what is kept', () => {
  const packed = packVectors([new Float32Array([1, 2])]);
  unpackVectors(packed, 2)[0]?.fill(0);
  expect(unpackVectors(packed, 2)).toEqual([new Float32Array([1, 2])]);
});
