/** What goes before and after the rows (PostgreSQL manual, COPY, "Binary Format"): signature, flags, no extension. */
export const COPY_HEADER: Uint8Array = Buffer.concat([
  Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'),
  Buffer.alloc(8),
]);
export const COPY_TRAILER: Uint8Array = Buffer.from([0xff, 0xff]);

/** Where rows are copied to. Names as the catalogue has them; the table may be qualified by its schema. */
export interface CopyTarget {
  readonly table: string;
  readonly columns: readonly string[];
}

export function copyStatement({ table, columns }: CopyTarget): string {
  const name = table.split('.').map(quoted).join('.');
  return `copy ${name} (${columns.map(quoted).join(', ')}) from stdin (format binary)`;
}

/** The server's word for what a COPY did, such as `COPY 20`, as the number of rows. */
export function copiedRows(command: string | undefined): number {
  return Number(/^COPY (\d+)/.exec(command ?? '')?.[1] ?? 0);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
