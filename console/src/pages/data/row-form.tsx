import { type FormEvent, type ReactNode, useState } from 'react';
import type { Json, JsonObject } from '../../api/audit.js';
import type { EntityField } from '../../api/entities.js';
import { ProblemNotice } from '../../parts/notice.js';
import { editedText, parseValue } from './field-kind.js';
import { RowField } from './row-field.js';

interface RowFormProps {
  readonly fields: readonly EntityField[];
  /** What the fields begin with. */
  readonly row: JsonObject;
  readonly error: unknown;
  /** Gets the fields that were changed. */
  readonly onSubmit: (changed: JsonObject) => void;
  readonly children: ReactNode;
}

/** Edits fields of a row; only what was changed is written. Null is what an empty nullable field means. */
export function RowForm({ fields, row, error, onSubmit, children }: RowFormProps) {
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [invalid, setInvalid] = useState<unknown>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setInvalid(undefined);
    try {
      onSubmit(changesOf(fields, row, texts));
    } catch (thrown) {
      setInvalid(thrown);
    }
  };
  return (
    <form className="row-form" onSubmit={submit}>
      {fields.map((field) => (
        <RowField
          key={field.name}
          field={field}
          text={texts[field.name] ?? editedText(row[field.name])}
          onChange={(text) => setTexts({ ...texts, [field.name]: text })}
        />
      ))}
      <ProblemNotice error={invalid ?? error} />
      <div className="form-acts">{children}</div>
    </form>
  );
}

function changesOf(
  fields: readonly EntityField[],
  row: JsonObject,
  texts: Readonly<Record<string, string>>,
): JsonObject {
  const changed = fields.filter(({ name }) => {
    const text = texts[name];
    return text !== undefined && text !== editedText(row[name]);
  });
  return Object.fromEntries(changed.map((field) => [field.name, read(field, texts[field.name] ?? '')]));
}

function read(field: EntityField, text: string): Json {
  if (text === '' && field.nullable) return null;
  try {
    return parseValue(field, text);
  } catch {
    throw new Error(`${field.name} is not JSON.`);
  }
}
