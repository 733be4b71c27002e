import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { AquiferError } from '../../errors/index.js';
import { decodeValues, encodeValues } from './codec.js';

/** A value as the shared tier keeps it, with what is needed to judge it. */
export interface Envelope {
  readonly value: unknown;
  /** Wall clock, milliseconds since 1970. */
  readonly createdAt: number;
  /** How long from then it is fresh, and for how long after that it may be served stale; may be Infinity. */
  readonly freshMs: number;
  readonly staleMs: number;
  /** How long its fill took: what XFetch weighs. */
  readonly fillMs: number;
  /** The tokens of its marks, in the order of the marks. */
  readonly marks: readonly string[];
  readonly revision?: number;
}

export interface EnvelopeCodecOptions {
  /** Of the application's values: an envelope of another version is not read. At most 255 bytes. */
  readonly version: string | number;
  /**
   * Envelopes that take more bytes are deflated, if that makes them smaller. It blocks the event loop for about 10 ms a
   * megabyte to write and 3 ms to read. @default never
   */
  readonly compressAboveBytes?: number;
}

const MAGIC = 0xaf;
const FORMAT = 1;
const PLAIN = 0;
const DEFLATED = 1;
const CHECKSUM_BYTES = 4;
/** The CRC-32 of whatever ends with its own CRC-32. */
const CHECKED = 0x2144df1c;
/** Fast rather than small: a level more costs the event loop twice as much for a tenth of the size. */
const DEFLATE_LEVEL = 1;
/** What an envelope may be inflated to, whatever it says. */
const MAX_INFLATED_BYTES = 1 << 28;

/**
 * Envelopes as bytes. A checksum covers all of it, so that a reply that was cut or mixed up on its way is a miss rather
 * than another value.
 *
 *     envelope := prefix PLAIN body crc32:u32le
 *               | prefix DEFLATED bodyBytes:u32le deflate(body) crc32:u32le
 *     prefix   := MAGIC FORMAT versionBytes:u8 version
 *     body     := createdAt freshMs staleMs fillMs revision marks value, as codec.ts writes values
 */
export class EnvelopeCodec {
  readonly #prefix: Buffer;
  readonly #compressAbove: number;

  constructor(options: EnvelopeCodecOptions) {
    const version = Buffer.from(String(options.version));
    if (version.length > 0xff) {
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        'The version of cached values takes more than 255 bytes.',
      );
    }
    this.#prefix = Buffer.concat([Buffer.from([MAGIC, FORMAT, version.length]), version]);
    this.#compressAbove = options.compressAboveBytes ?? Infinity;
  }

  /** @throws AQF_CACHE_VALUE_INVALID when the value could not come back as it is. */
  encode(envelope: Envelope): Buffer {
    const { createdAt, freshMs, staleMs, fillMs, revision, marks, value } = envelope;
    const room = { before: this.#prefix.length + 1, after: CHECKSUM_BYTES };
    const plain = encodeValues([createdAt, freshMs, staleMs, fillMs, revision, marks, value], room);
    plain[this.#prefix.length] = PLAIN;
    const bytes = plain.length > this.#compressAbove ? this.#smaller(plain) : plain;
    this.#prefix.copy(bytes);
    const covered = bytes.length - CHECKSUM_BYTES;
    bytes.writeUInt32LE(crc32(bytes.subarray(0, covered)), covered);
    return bytes;
  }

  /** Undefined for whatever is not an envelope of this version, whole and unchanged. */
  decode(bytes: Uint8Array): Envelope | undefined {
    const buffer = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!this.#isOurs(buffer)) return undefined;
    try {
      return envelopeOf(this.#bodyOf(buffer));
    } catch {
      return undefined;
    }
  }

  #isOurs(bytes: Buffer): boolean {
    const prefix = this.#prefix;
    if (bytes.length <= prefix.length + CHECKSUM_BYTES) return false;
    for (let at = 0; at < prefix.length; at++) if (bytes[at] !== prefix[at]) return false;
    return crc32(bytes) === CHECKED;
  }

  #bodyOf(bytes: Buffer): unknown[] {
    const at = this.#prefix.length + 1;
    const end = bytes.length - CHECKSUM_BYTES;
    if (bytes[at - 1] === PLAIN) return decodeValues(bytes, at, end);
    const maxOutputLength = Math.min(bytes.readUInt32LE(at), MAX_INFLATED_BYTES);
    return decodeValues(inflateRawSync(bytes.subarray(at + 4, end), { maxOutputLength }));
  }

  #smaller(plain: Buffer): Buffer {
    const start = this.#prefix.length + 1;
    const body = plain.subarray(start, plain.length - CHECKSUM_BYTES);
    if (body.length > MAX_INFLATED_BYTES) return plain;
    const deflated = deflateRawSync(body, { level: DEFLATE_LEVEL });
    const length = start + 4 + deflated.length + CHECKSUM_BYTES;
    if (length >= plain.length) return plain;
    const bytes = Buffer.allocUnsafe(length);
    bytes[start - 1] = DEFLATED;
    bytes.writeUInt32LE(body.length, start);
    deflated.copy(bytes, start + 4);
    return bytes;
  }
}

function envelopeOf(values: unknown[]): Envelope | undefined {
  const [createdAt, freshMs, staleMs, fillMs, revision, marks, value] = values;
  if (values.length !== 7 || !Array.isArray(marks) || !marks.every(isString)) return undefined;
  if (!isNumber(createdAt) || !isNumber(freshMs) || !isNumber(staleMs) || !isNumber(fillMs)) return undefined;
  if (revision === undefined) return { value, createdAt, freshMs, staleMs, fillMs, marks };
  if (!isNumber(revision)) return undefined;
  return { value, createdAt, freshMs, staleMs, fillMs, marks, revision };
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
