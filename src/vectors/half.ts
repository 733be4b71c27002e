const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);

/**
 * The bits of a float as those of the nearest half float, halfway cases to the even one (IEEE 754, binary16); infinity
 * for what is too large. Adding what lies just below half of the last kept bit, and one more where that bit is set,
 * carries into it as rounding does.
 */
export function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x47800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
  if (magnitude >= 0x38800000) {
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  return sign | toSubnormal(magnitude);
}

/** Half floats below 2^-14 are multiples of 2^-24. Adding 0.5 makes the processor round to them. */
function toSubnormal(magnitude: number): number {
  word[0] = magnitude;
  single[0] = (single[0] as number) + 0.5;
  return (word[0] as number) - 0x3f000000;
}

/** Whether the half float is infinity or not a number. */
export function isNoHalf(half: number): boolean {
  return (half & 0x7c00) === 0x7c00;
}

/** Every half float as a float: 256 KiB, filled when it is first needed. */
let floats: Float32Array | undefined;

export function fromHalf(half: number): number {
  floats ??= Float32Array.from({ length: 0x10000 }, (_, bits) => decode(bits));
  return floats[half] as number;
}

function decode(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
