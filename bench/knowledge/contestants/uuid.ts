/** Peers whose keys are UUIDs get the number of the row as one. */
export function uuidOf(row: number): string {
  return `00000000-0000-4000-8000-${row.toString(16).padStart(12, '0')}`;
}

export function rowOf(uuid: string): number {
  return Number.parseInt(uuid.slice(-12), 16);
}
