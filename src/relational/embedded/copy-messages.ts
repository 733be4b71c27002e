import { COPY_HEADER, COPY_TRAILER } from '../copy/format.js';

/**
 * A whole COPY … FROM STDIN as the messages of a client (PostgreSQL manual, "Message Formats"): Query, CopyData,
 * CopyDone. The embedded database reads them from memory, so that no file and no right to read files is needed.
 */
export function copyMessages(statement: string, rows: Uint8Array): Uint8Array {
  return Buffer.concat([
    message('Q', Buffer.from(`${statement}\0`)),
    message('d', COPY_HEADER),
    message('d', rows),
    message('d', COPY_TRAILER),
    message('c', Buffer.alloc(0)),
  ]);
}

function message(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}
