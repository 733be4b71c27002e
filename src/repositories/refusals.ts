import { AquiferError } from '../errors/index.js';

/** The argument is not what the method takes. `what` completes "… of messages: …". */
export function refused(entity: string, what: string): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', `The call on ${entity} is not valid: ${what}.`, {
    facts: { entity },
  });
}

export function unknownField(
  entity: string,
  kind: 'field' | 'operator' | 'relation' | 'option',
  name: unknown,
): AquiferError {
  const shown = shownValue(name);
  return new AquiferError('AQF_FIELD_UNKNOWN', `${entity} has no ${kind} ${JSON.stringify(shown)}.`, {
    facts: { entity, [kind]: shown },
  });
}

export function rowNotFound(entity: string, key: unknown): AquiferError {
  const id = shownValue(key);
  return new AquiferError('AQF_ROW_NOT_FOUND', `There is no row ${JSON.stringify(id)} in ${entity}.`, {
    facts: { entity, id },
  });
}

export function revisionConflict(
  entity: string,
  key: unknown,
  expected: number,
  current: number,
): AquiferError {
  const id = shownValue(key);
  return new AquiferError(
    'AQF_REVISION_CONFLICT',
    `The row ${JSON.stringify(id)} in ${entity} is at revision ${current}, not ${expected}.`,
    { facts: { entity, id, expected, current } },
  );
}

/** Something a caller gave, short enough for a message. */
function shownValue(value: unknown): string {
  const type = typeof value;
  if (type === 'string') return (value as string).slice(0, 64);
  return type === 'number' || type === 'bigint' || type === 'boolean' ? String(value) : type;
}

/** Whether a value is an object of named things, as a literal or parsed JSON gives it. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
