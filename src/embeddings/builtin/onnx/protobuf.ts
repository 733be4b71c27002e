/**
 * Writes one protobuf message (https://protobuf.dev/programming-guides/encoding). Only what an ONNX model
 * needs. Bytes are kept as a list of parts, so that a nested 28 MB of weights is copied once, at the end.
 */
export class ProtobufMessage {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** A varint field; negative numbers are written as 64-bit two's complement. */
  int(field: number, value: number): this {
    return this.#tag(field, WireType.Varint).#append(varint(value));
  }

  float(field: number, value: number): this {
    return this.#tag(field, WireType.Fixed32).#append(new Uint8Array(Float32Array.of(value).buffer));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#tag(field, WireType.LengthDelimited).#append(varint(value.length)).#append(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, textEncoder.encode(value));
  }

  message(field: number, value: ProtobufMessage): this {
    this.#tag(field, WireType.LengthDelimited).#append(varint(value.#length));
    for (const part of value.#parts) this.#append(part);
    return this;
  }

  messages(field: number, values: readonly ProtobufMessage[]): this {
    for (const value of values) this.message(field, value);
    return this;
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#parts, this.#length);
  }

  #tag(field: number, type: WireType): this {
    return this.#append(varint(field * 8 + type));
  }

  #append(part: Uint8Array): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }
}

type WireType = (typeof WireType)[keyof typeof WireType];
const WireType = { Varint: 0, LengthDelimited: 2, Fixed32: 5 } as const;

const textEncoder = new TextEncoder();

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
