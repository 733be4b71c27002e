/** Work of rooms above this one that belongs into a round. */
export interface Housekeeping {
  /** Resolves to how many deleted documents it removed for good. */
  emptyTrash(): Promise<number>;
  /** Resolves to how many files it removed from their store. */
  sweepFiles(): Promise<number>;
}
