import type { Duplex } from 'node:stream';

/** A parameter as it goes over the wire. */
export type WireValue = string | Buffer | null;

/** What is used of node-postgres' connection below its client (pg/lib/connection.js, 8.23). */
export interface Wire {
  readonly stream: Duplex;
  /** Text by name of what this connection has prepared. */
  readonly parsedStatements: Record<string, string>;
  /** The same for what is on its way. */
  readonly submittedNamedStatements: Record<string, string>;
  parse(message: { readonly name: string; readonly text: string }): void;
  bind(message: { readonly statement: string; readonly values: readonly WireValue[] }): void;
  describe(message: { readonly type: 'P'; readonly name: '' }): void;
  execute(message: { readonly portal: '' }): void;
  close(message: { readonly type: 'S'; readonly name: string }): void;
  sync(): void;
  sendCopyFail(reason: string): void;
  /** Through which all of these write; ours while `gatherWrites` collects. */
  _send?: (part: Buffer) => unknown;
}

/** The name must be prepared anew the next time it is used. */
export function forgetName(wire: Wire, name: string): void {
  delete wire.parsedStatements[name];
  delete wire.submittedNamedStatements[name];
}

const gathering = new WeakSet<Wire>();

/**
 * Holds back what is sent until everyone who is ready has sent: the statements of one turn of the event loop go
 * out in one piece. Corking the stream would do, but costs a third more for each of the small messages.
 */
export function gatherWrites(wire: Wire): void {
  if (gathering.has(wire)) return;
  gathering.add(wire);
  const parts: Buffer[] = [];
  wire._send = (part) => parts.push(part);
  process.nextTick(() => {
    gathering.delete(wire);
    delete wire._send; // the method of its class shows again
    if (wire.stream.writable) wire.stream.write(Buffer.concat(parts));
  });
}
