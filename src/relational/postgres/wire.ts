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
  flush(): void;
  sync(): void;
}

/** The name must be prepared anew the next time it is used. */
export function forgetName(wire: Wire, name: string): void {
  delete wire.parsedStatements[name];
  delete wire.submittedNamedStatements[name];
}

/**
 * Holds back what is written until everyone who is ready has written: the statements of one turn of the event
 * loop go out in one packet.
 */
export function gatherWrites({ stream }: Wire): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}
