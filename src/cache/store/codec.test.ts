import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeValues, encodeValues } from './codec.js';

const there = (value: unknown) => decodeValues(encodeValues([value]))[0];

const anyValue = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: false,
  withNullPrototype: false,
  withUnicodeString: true,
  maxDepth: 4,
});

class Money {
  constructor(readonly cents: number) {}
}

describe('values there and back', () => {
  test('are the same, whatever they are made of', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(there(value)).toStrictEqual(value);
      }),
      { numRuns: 2000 },
    );
  });

  test('are the same as text of any kind, with halves of surrogate pairs too', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 80 })), (strings) => {
        expect(there(strings)).toEqual(strings);
      }),
    );
    for (const text of [
      '',
      'plain',
      'é',
      'żółw',
      '🦊',
      '\ud800',
      'a\udc00b',
      '\u0000',
      'x'.repeat(100_000),
    ]) {
      expect(there({ [text]: text })).toEqual({ [text]: text });
    }
  });

  test('are the same as numbers of any size', () => {
    const edges = [
      0,
      -0,
      1,
      -1,
      127,
      128,
      -128,
      2 ** 31 - 1,
      2 ** 31,
      -(2 ** 31),
      -(2 ** 31) - 1,
      2 ** 53,
      0.1,
    ];
    for (const edge of [...edges, Number.NaN, Infinity, -Infinity, Number.MIN_VALUE])
      expect(there(edge)).toBe(edge);
    fc.assert(fc.property(fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), (n) => there(n) === n));
  });

  test('are the same as arrays of numbers, in eight bytes each', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 40 }), (numbers) => {
        expect(there({ numbers })).toStrictEqual({ numbers });
      }),
    );
    const embedding = Array.from({ length: 1536 }, (_, n) => Math.sin(n));
    expect(there(embedding)).toStrictEqual(embedding);
    expect(encodeValues([embedding]).length).toBeLessThan(1536 * 8 + 10);
    const mixed = [0.5, -0, Number.NaN, 1.5, 2.5, 2 ** 40, 4, -5, 6];
    for (const other of ['x', null, undefined, 7n])
      expect(there([...mixed, other])).toStrictEqual([...mixed, other]);
    expect(there(mixed)).toStrictEqual(mixed);
  });

  test('keep the kind of bytes, as copies of their own', () => {
    const kinds = [
      Buffer.from('abc'),
      new Uint8Array([1, 2]),
      new Float32Array([1.5, -0]),
      new BigInt64Array([-1n]),
    ];
    for (const bytes of kinds) expect(there([1, bytes])).toStrictEqual([1, bytes]);
    expect(there(new Uint8Array([1, 2, 3]).buffer)).toStrictEqual(new Uint8Array([1, 2, 3]).buffer);
    const view = there(new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2)) as DataView;
    expect([view.byteLength, view.getUint16(0)]).toEqual([2, 0x0203]);

    const encoded = encodeValues([Buffer.from('abc'), new Uint8Array(3)]);
    const copies = decodeValues(encoded);
    encoded.fill(0xff);
    expect(copies).toStrictEqual([Buffer.from('abc'), new Uint8Array(3)]);
  });

  test('keep dates, patterns and invalid dates', () => {
    const value = { at: new Date(-1), never: new Date(Number.NaN), match: /a(?<b>.)\//giu };
    expect(there(value)).toStrictEqual(value);
  });

  test('keep what errors say: name, message, stack, cause and their own fields', () => {
    const error = Object.assign(new TypeError('no', { cause: { code: 7 } }), { status: 418 });
    const back = there(error) as TypeError & { status: number };
    expect(back).toBeInstanceOf(TypeError);
    expect(back).toMatchObject({
      name: 'TypeError',
      message: 'no',
      stack: error.stack,
      cause: { code: 7 },
      status: 418,
    });
    expect(Object.keys(back)).toEqual(['status']);

    class Refused extends Error {
      override name = 'Refused';
    }
    const other = there(new Refused('nope')) as Error;
    expect([other.constructor, other.name, other.message]).toEqual([Error, 'Refused', 'nope']);
    expect((there(new AggregateError([1, 2], 'all')) as AggregateError).errors).toEqual([1, 2]);
  });

  test('keep a key that would set the prototype as a key like any other', () => {
    const value = JSON.parse('[{"__proto__":{"admin":true},"a":1},{"__proto__":2,"a":2}]') as object[];
    const back = there(value) as object[];
    expect(back.map((item) => Object.getPrototypeOf(item))).toEqual([Object.prototype, Object.prototype]);
    expect(JSON.stringify(back)).toBe(JSON.stringify(value));
  });

  test('write the keys of rows once', () => {
    const rows = Array.from({ length: 100 }, (_, id) => ({
      id,
      nameOfTheColumn: 'x',
      otherNameOfAColumn: null,
    }));
    expect(there(rows)).toEqual(rows);
    expect(encodeValues([rows]).length).toBeLessThan(600);
  });

  test('hold more shapes than have a number', () => {
    const rows = Array.from({ length: 200 }, (_, n) => ({ [`a${n % 90}`]: n, b: 'x' }));
    expect(there(rows)).toEqual(rows);
  });

  test('do not disturb one another when a getter encodes in the midst', () => {
    const value = {
      a: 'first',
      get inner() {
        return encodeValues([{ other: 'text' }]).length;
      },
      z: 'last',
    };
    expect(there(value)).toMatchObject({ a: 'first', z: 'last' });
  });
});

describe('values that would not come back as they are', () => {
  const cyclic: Record<string, unknown> = { name: 'a' };
  cyclic.self = [cyclic];
  let deep: unknown = 1;
  for (let level = 0; level < 600; level++) deep = [deep];

  test.each([
    [
      'a function',
      { items: [1, { run: () => 1 }] },
      'value.items[1].run cannot be cached: it is a function.',
    ],
    ['a symbol', Symbol('x'), 'value cannot be cached: it is a symbol.'],
    [
      'a promise',
      { 'a b': Promise.resolve() },
      'value["a b"] cannot be cached: it is an instance of Promise',
    ],
    ['an instance of a class', [new Money(1)], 'value[0] cannot be cached: it is an instance of Money'],
    [
      'a subclass of Map',
      new (class Index extends Map {})(),
      'value cannot be cached: it is an instance of Index',
    ],
    ['a value in a map', new Map([['k', () => 1]]), 'value[0] cannot be cached: it is a function.'],
    ['a cycle', cyclic, 'value.self[0] cannot be cached: it holds itself.'],
    ['a bottomless value', deep, 'cannot be cached: it lies deeper than 500 levels.'],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(1)).buffer, 'an instance of SharedArrayBuffer'],
    [
      'what throws when read',
      {
        get x() {
          throw new Error('no');
        },
      },
      'value.x cannot be cached: it throws when read',
    ],
  ])('are refused with their place: %s', (_, value, message) => {
    expect(() => encodeValues([value])).toThrow(
      expect.objectContaining({ code: 'AQF_CACHE_VALUE_INVALID', message: expect.stringContaining(message) }),
    );
    expect(there('the next one is not disturbed')).toBe('the next one is not disturbed');
  });

  test('are not those that hold the same object twice', () => {
    const shared = { a: 1 };
    expect(there([shared, { shared }])).toEqual([shared, { shared }]);
  });
});

describe('bytes that are no value', () => {
  test('throw, and do nothing else', () => {
    const read = (bytes: Uint8Array) => {
      try {
        return decodeValues(Buffer.from(bytes));
      } catch {
        return undefined;
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        read(bytes);
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(anyValue, fc.nat(), fc.nat({ max: 255 }), (value, at, byte) => {
        const bytes = encodeValues([value]);
        bytes[at % bytes.length] = byte;
        read(bytes);
      }),
      { numRuns: 2000 },
    );
    expect(there('afterwards all is well')).toBe('afterwards all is well');
  });

  test('are those of which any part is cut off or added', () => {
    const bytes = encodeValues([{ name: 'é', items: [1, 'two', new Date(0), Buffer.from('x')] }]);
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      expect(() => expect(decodeValues(cut)).toEqual([])).toThrow();
    }
    expect(() => decodeValues(Buffer.concat([bytes, Buffer.from([0x80 + 5])]))).not.toThrow();
    expect(() => decodeValues(Buffer.concat([bytes, Buffer.from([0x1f])]))).toThrow();
  });

  test('do not make it allocate what they promise', () => {
    const promises = [
      [0, 0, 8, 0xff, 0xff, 0xff, 0xff, 7],
      [0, 0, 10, 0xff, 0xff, 0xff, 0xff, 7],
      [0, 0, 9, 0xff, 0xff, 0xff, 0xff, 7],
      [0, 0, 13, 0xff, 0xff, 0xff, 0xff, 7],
      [0, 0, 15, 1, 0xff, 0xff, 0xff, 0xff, 7],
      [0, 0, 18, 0xff, 0xff, 0xff, 0xff, 7],
      [0, 0, 18, 2, 0, 0, 0, 0],
      [0, 0xff, 0xff, 0xff, 0xff, 7],
    ];
    for (const bytes of promises) expect(() => decodeValues(Buffer.from(bytes))).toThrow();
    const nested = Buffer.alloc(1 << 20, Buffer.from([8, 1]));
    nested.set([0, 0]);
    expect(() => decodeValues(nested)).toThrow();
  });
});
