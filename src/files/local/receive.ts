import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { AquiferError, isAquiferError, messageOf } from '../../errors/index.js';
import type { FileContent, ReceivedFile } from '../types.js';

/**
 * Writes a stream to a new file and to the disk under it; one piece is in memory at a time.
 * @throws AQF_BODY_TOO_LARGE, AQF_FILE_STORE_UNAVAILABLE for the disk, what the stream throws. The file is gone then.
 */
export async function receiveFile(
  path: string,
  content: FileContent,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<ReceivedFile> {
  const file = await onDisk(() => open(path, 'wx', 0o600));
  try {
    const received = await write(file, content, maxBytes);
    await onDisk(() => file.sync());
    await file.close();
    return received;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

async function write(file: FileHandle, content: FileContent, maxBytes: number): Promise<ReceivedFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of content) {
    if (!(piece instanceof Uint8Array))
      throw new AquiferError('AQF_ARGUMENT_INVALID', 'The content of a file is made of bytes.');
    bytes += piece.byteLength;
    if (bytes > maxBytes)
      throw new AquiferError('AQF_BODY_TOO_LARGE', `The file is larger than ${maxBytes} bytes.`);
    hash.update(piece);
    await onDisk(() => writeAll(file, piece));
  }
  return { sha256: hash.digest('hex'), bytes };
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  let at = 0;
  while (at < piece.byteLength) at += (await file.write(piece, at)).bytesWritten;
}

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAquiferError(error)) throw error;
    throw new AquiferError('AQF_FILE_STORE_UNAVAILABLE', `The file cannot be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
