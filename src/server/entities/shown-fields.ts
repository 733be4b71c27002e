import { type AnyEntity, describeEntity, type FieldDescription, toJsonRow } from '../../entities/index.js';

/** The fields of an entity that its rows have over HTTP: neither blind indexes, nor what the embedding pipeline keeps there. */
export function shownFields(entity: AnyEntity): readonly FieldDescription[] {
  const { fields } = describeEntity(entity);
  const shown = toJsonRow(Object.fromEntries(fields.map(({ name }) => [name, null])));
  return fields.filter(({ name }) => name in shown);
}
