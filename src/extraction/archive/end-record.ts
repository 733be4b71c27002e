/** Signature of the end of central directory record (APPNOTE 4.3.16). */
const SIGNATURE = Buffer.from('PK\x05\x06', 'latin1');
const RECORD_BYTES = 22;
const COMMENT_LENGTH_OFFSET = 20;
const MAX_COMMENT_BYTES = 0xffff;

/**
 * The archive with the length of its closing comment set right. Some writers leave a wrong one, or a
 * transfer appended bytes; office programs read such files, while `yauzl` refuses them.
 */
export function withTrueEnd(bytes: Uint8Array): Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = buffer.lastIndexOf(SIGNATURE);
  const comment = buffer.length - at - RECORD_BYTES;
  if (at < 0 || comment < 0 || comment > MAX_COMMENT_BYTES) return buffer;
  if (buffer.readUInt16LE(at + COMMENT_LENGTH_OFFSET) === comment) return buffer;
  const mended = Buffer.from(buffer);
  mended.writeUInt16LE(comment, at + COMMENT_LENGTH_OFFSET);
  return mended;
}
