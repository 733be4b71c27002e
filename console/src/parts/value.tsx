import type { Json } from '../api/audit.js';

const LONGEST = 4000;

/** A value of a field, as it is told from others: null is not an empty text. */
export function Value({ of }: { readonly of: Json | undefined }) {
  if (of === null || of === undefined) return <span className="value-none">null</span>;
  if (of === '') return <span className="value-none">empty</span>;
  if (typeof of === 'boolean' || typeof of === 'number') return <code>{String(of)}</code>;
  if (of === '[encrypted]') return <span className="value-none">encrypted</span>;
  const text = typeof of === 'string' ? of : JSON.stringify(of, null, 1);
  return <span className="value-text">{text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}</span>;
}

/** The same on one line, for cells. */
export function valueText(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
