/**
 * How far the writes of one session went, as a log sequence number of the primary. The provider moves it after
 * each commit; a client carries it as a token from request to request to read its own writes.
 */
export class SessionPosition {
  #lsn: bigint | undefined;

  constructor(token?: string) {
    if (token !== undefined) this.#lsn = parseLsn(token);
  }

  get lsn(): bigint | undefined {
    return this.#lsn;
  }

  /** `16/B374D848`, as PostgreSQL writes a `pg_lsn`; undefined before the first write. */
  get token(): string | undefined {
    return this.#lsn === undefined ? undefined : formatLsn(this.#lsn);
  }

  /** Never moves back. */
  advance(lsn: bigint): void {
    if (this.#lsn === undefined || lsn > this.#lsn) this.#lsn = lsn;
  }
}

const LSN = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;

/** @throws RangeError when it is no `pg_lsn` */
export function parseLsn(text: string): bigint {
  const [, high, low] = LSN.exec(text) ?? [];
  if (!high || !low) throw new RangeError(`not a log sequence number: ${JSON.stringify(text.slice(0, 40))}`);
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export function formatLsn(lsn: bigint): string {
  const hex = (value: bigint) => value.toString(16).toUpperCase();
  return `${hex(lsn >> 32n)}/${hex(lsn & 0xffffffffn)}`;
}
