import type { Row } from '../../relational/index.js';
import type { Field } from '../fields/field.js';
import { fieldNamed, type Model } from '../model.js';
import { refused } from '../refusals.js';

/** What a statement reads of each row, and how the row becomes what the caller asked for. */
export interface Selection {
  readonly fields: readonly Field[];
  /** The select list. */
  readonly text: string;
  /** Read for us, not for the caller: taken off again. */
  readonly hidden: readonly string[];
  readonly decoders: readonly (readonly [property: string, decode: (value: unknown) => unknown])[];
  readonly sealed: readonly Field[];
}

const whole = new WeakMap<Model, Selection>();

/** @param needed fields that are read whether asked for or not. @throws AQF_FIELD_UNKNOWN, AQF_ARGUMENT_INVALID */
export function selectionOf(model: Model, select?: unknown, needed: readonly Field[] = []): Selection {
  if (select !== undefined) return makeSelection(askedFields(model, select), needed);
  const known = whole.get(model);
  if (known) return known;
  const selection = makeSelection(model.all, []);
  whole.set(model, selection);
  return selection;
}

function askedFields(model: Model, select: unknown): Field[] {
  if (!Array.isArray(select) || select.length === 0) {
    throw refused(model.entity, 'select is an array of at least one field');
  }
  const asked = new Set(select.map((property) => fieldNamed(model, property)));
  return [...asked];
}

function makeSelection(asked: readonly Field[], needed: readonly Field[]): Selection {
  const more = needed.filter((field, index) => !asked.includes(field) && needed.indexOf(field) === index);
  const fields = [...asked, ...more];
  return {
    fields,
    text: fields.map(({ selected }) => selected).join(', '),
    hidden: more.map(({ property }) => property),
    decoders: fields.flatMap(({ property, decode }) => (decode ? [[property, decode] as const] : [])),
    sealed: fields.filter(({ sealed }) => sealed),
  };
}

/** Decodes in place: rows are the caller's from here on. */
export function decodeRows(rows: readonly Row[], { decoders }: Selection): void {
  if (decoders.length === 0) return;
  for (const row of rows) {
    for (const [property, decode] of decoders) {
      const value = row[property];
      if (value !== null) row[property] = decode(value);
    }
  }
}

/** Takes off what was read for us. Last first, which keeps objects of V8 in their fast form. */
export function hide(rows: readonly Row[], properties: readonly string[]): void {
  for (const row of rows) {
    for (let index = properties.length - 1; index >= 0; index--) delete row[properties[index] as string];
  }
}
