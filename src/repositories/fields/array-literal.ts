/** What an array of PostgreSQL is made of: text, or what has an unmistakable text. */
export type ArrayElement = string | number | boolean | null | readonly ArrayElement[];

/** An array as PostgreSQL reads it (manual, 8.15.6), which every driver passes on as the text it is. */
export function arrayLiteral(elements: readonly unknown[]): string {
  return `{${elements.map(element).join(',')}}`;
}

function element(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value)) return arrayLiteral(value);
  if (typeof value !== 'string') return String(value);
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
