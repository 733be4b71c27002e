/** Written rows after which statistics are first worth refreshing. */
const FIRST_AT = 5_000;
const AT_MOST = 500_000;

/**
 * Says when the embedded database, which has no autovacuum, wants its planner statistics refreshed and its
 * dead rows reclaimed: after 5,000 written rows, then every time as many again were written as before.
 */
export class Housekeeping {
  #written = 0;
  #dueAt = FIRST_AT;

  wrote(rows: number): void {
    this.#written += rows;
  }

  /** True once each time it is due. */
  takeDue(): boolean {
    if (this.#written < this.#dueAt) return false;
    this.#dueAt = Math.min(this.#dueAt * 2, AT_MOST);
    this.#written = 0;
    return true;
  }
}
