import type { DocumentBuilder } from '../builder.js';

const MAX_LINES = 40;
const FIELD = /^:?([A-Z][A-Za-z-]{1,30}):\s+(\S.*)$/;

/**
 * Reads a header of `Field: value` lines at the start of a text, as PEPs and RFC drafts have it. Only a
 * header that states a title counts.
 */
export function describeFields(lines: readonly string[], into: DocumentBuilder): void {
  const fields = readFields(lines);
  const title = fields.get('title');
  if (title === undefined) return;
  into.setTitle(title);
  for (const [name, value] of fields) if (name !== 'title') into.setMetadata(name, value);
}

function readFields(lines: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>();
  let last: string | undefined;
  for (const line of lines.slice(0, MAX_LINES)) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name !== undefined && value !== undefined) {
      last = name.toLowerCase();
      fields.set(last, value);
    } else if (last !== undefined && /^\s+\S/.test(line)) {
      fields.set(last, `${fields.get(last) ?? ''} ${line.trim()}`);
    } else if (!/^:?[A-Z][A-Za-z-]{1,30}:\s*$/.test(line)) {
      break;
    }
  }
  return fields;
}
