import { randomBytes } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeValues } from './codec.js';
import { type Envelope, EnvelopeCodec } from './envelope.js';

const codec = new EnvelopeCodec({ version: 1 });
const deflating = new EnvelopeCodec({ version: 1, compressAboveBytes: 100 });

const envelope: Envelope = {
  value: { id: 1, name: 'Ada' },
  createdAt: 1_790_000_000_123,
  freshMs: 60_000,
  staleMs: 0.5,
  fillMs: 12.25,
  marks: ['b0Yx7TqS', 'zzz'],
};

const anyEnvelope = fc.record(
  {
    value: fc.jsonValue(),
    createdAt: fc.double({ noNaN: true }),
    freshMs: fc.double({ min: 0, noNaN: true }),
    staleMs: fc.double({ min: 0, noNaN: true }),
    fillMs: fc.double({ min: 0, noNaN: true }),
    marks: fc.array(fc.string({ unit: 'binary' })),
    revision: fc.maxSafeNat(),
  },
  { requiredKeys: ['value', 'createdAt', 'freshMs', 'staleMs', 'fillMs', 'marks'], noNullPrototype: true },
);

/** An envelope of version 1 with an honest checksum around `body`. */
function forged(flags: number, body: Uint8Array): Buffer {
  const covered = Buffer.concat([Buffer.from([0xaf, 1, 1, 0x31, flags]), body]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(covered));
  return Buffer.concat([covered, checksum]);
}

describe('an envelope', () => {
  test('comes back as it was, deflated or not', () => {
    fc.assert(
      fc.property(anyEnvelope, fc.boolean(), (given, deflate) => {
        const { encode, decode } = deflate ? bound(deflating) : bound(codec);
        expect(decode(encode(given))).toStrictEqual(given);
      }),
      { numRuns: 1000 },
    );
  });

  test('is read from plain bytes at any place of a buffer', () => {
    const bytes = codec.encode(envelope);
    const inside = new Uint8Array(bytes.length + 10);
    inside.set(bytes, 7);
    expect(codec.decode(inside.subarray(7, 7 + bytes.length))).toStrictEqual(envelope);
  });

  test('may hold null, undefined and no marks, and never end', () => {
    for (const value of [null, undefined, 0, '']) {
      const given = { ...envelope, value, marks: [], freshMs: Infinity };
      expect(codec.decode(codec.encode(given))).toStrictEqual(given);
    }
  });

  test('of another version is not read', () => {
    const bytes = new EnvelopeCodec({ version: 'orders-7' }).encode(envelope);
    expect(new EnvelopeCodec({ version: 'orders-7' }).decode(bytes)).toStrictEqual(envelope);
    for (const version of ['orders-8', 'orders-', 'orders-77', 7, '']) {
      expect(new EnvelopeCodec({ version }).decode(bytes)).toBeUndefined();
    }
    expect(() => new EnvelopeCodec({ version: 'x'.repeat(256) })).toThrow(/255 bytes/);
  });

  test('is deflated above the size given, and only if it gets smaller', () => {
    const text = { ...envelope, value: 'again and '.repeat(100) };
    expect(deflating.encode(text).length).toBeLessThan(200);
    expect(codec.encode(text).length).toBeGreaterThan(1000);
    expect(codec.decode(deflating.encode(text))).toStrictEqual(text);
    const noise = { ...envelope, value: randomBytes(500) };
    expect(deflating.encode(noise).length).toBe(codec.encode(noise).length);
    expect(deflating.encode(envelope)).toStrictEqual(codec.encode(envelope));
  });

  test('names the place of what cannot be cached as seen from the value', () => {
    expect(() => codec.encode({ ...envelope, value: { run: () => 1 } })).toThrow(
      /^value\.run cannot be cached/,
    );
  });
});

describe('bytes that are no envelope', () => {
  test('are not those that are forged well', () => {
    const body = encodeValues([1, 2, 3, 4, undefined, ['m'], 'v']);
    expect(codec.decode(forged(0, body))?.value).toBe('v');
    const size = Buffer.from([body.length, 0, 0, 0]);
    expect(codec.decode(forged(1, Buffer.concat([size, deflateRawSync(body)])))?.value).toBe('v');
  });

  test('are those with other things than an envelope has', () => {
    for (const body of [
      [1, 2, 3, 4, undefined, ['m']],
      [1, 2, 3, 4, undefined, [5], 'v'],
      ['1', 2, 3, 4, undefined, [], 'v'],
      [1, 2, 3, 4, 'r', [], 'v'],
      [1, 2, 3, 4, 5, [], 'v', 'w'],
    ]) {
      expect(codec.decode(forged(0, encodeValues(body)))).toBeUndefined();
    }
  });

  test('are a miss, at random', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => codec.decode(bytes) === undefined),
      { numRuns: 3000 },
    );
  });

  test('are a miss when one bit is not what was written, or any part is missing', () => {
    for (const bytes of [
      codec.encode(envelope),
      deflating.encode({ ...envelope, value: 'ab'.repeat(200) }),
    ]) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(codec.decode(changed)).toBeUndefined();
      }
      for (let length = 0; length < bytes.length; length++) {
        expect(codec.decode(bytes.subarray(0, length))).toBeUndefined();
      }
    }
  });

  test('are a miss when the checksum is right and the rest is made up', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 100 }), (flags, body) => {
        expect(codec.decode(forged(flags, body))).toBeUndefined();
      }),
      { numRuns: 3000 },
    );
  });

  test('are a miss when they would inflate to more than they say', () => {
    const bomb = deflateRawSync(Buffer.alloc(50_000_000));
    expect(codec.decode(forged(1, Buffer.concat([Buffer.from([0xff, 0xff, 0, 0]), bomb])))).toBeUndefined();
  });
});

function bound(of: EnvelopeCodec) {
  return { encode: (given: Envelope) => of.encode(given), decode: (bytes: Uint8Array) => of.decode(bytes) };
}
