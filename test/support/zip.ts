import { deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  /** Content to be compressed, or data that is compressed already. */
  readonly data: string | Uint8Array | { readonly deflated: Uint8Array };
  /** Uncompressed size to state; what is true when absent. */
  readonly declaredSize?: number;
}

/** Writes a ZIP archive, with lies in it where asked to. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const { deflated, size } = compressed(entry);
    const fields = sizes(deflated.length, entry.declaredSize ?? size, name.length);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), uint16(20), fields, name, deflated]);
    directory.push(
      Buffer.concat([
        Buffer.from('PK\x01\x02'),
        uint16(20),
        uint16(20),
        fields,
        Buffer.alloc(10),
        uint32(offset),
        name,
      ]),
    );
    locals.push(local);
    offset += local.length;
  }
  return Buffer.concat([
    ...locals,
    ...directory,
    endRecord(entries.length, Buffer.concat(directory).length, offset),
  ]);
}

/** `count` times `unit` as raw DEFLATE data, without ever holding it expanded. */
export function deflatedRepeats(head: string, unit: Buffer, count: number, tail: string): Uint8Array {
  const open = (data: string | Buffer) => deflateRawSync(data, { finishFlush: SYNC_FLUSH });
  const block = open(unit);
  return Buffer.concat([open(head), ...Array.from({ length: count }, () => block), deflateRawSync(tail)]);
}

const SYNC_FLUSH = 2;

function compressed({ data }: ZipEntry): { deflated: Uint8Array; size: number } {
  if (typeof data === 'object' && 'deflated' in data) return { deflated: data.deflated, size: 0 };
  const plain = Buffer.from(data);
  return { deflated: deflateRawSync(plain), size: plain.length };
}

/** Flags (UTF-8 names), method 8, time, date, CRC, sizes, name length, no extra field. */
function sizes(compressedSize: number, size: number, nameLength: number): Buffer {
  const head = Buffer.concat([uint16(0x0800), uint16(8), Buffer.alloc(8)]);
  return Buffer.concat([head, uint32(compressedSize), uint32(size), uint16(nameLength), uint16(0)]);
}

function endRecord(entries: number, directorySize: number, offset: number): Buffer {
  const counts = Buffer.concat([Buffer.alloc(4), uint16(entries), uint16(entries)]);
  return Buffer.concat([Buffer.from('PK\x05\x06'), counts, uint32(directorySize), uint32(offset), uint16(0)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
