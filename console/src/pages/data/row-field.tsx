import type { EntityField } from '../../api/entities.js';
import { Field } from '../../parts/field.js';
import { Select } from '../../parts/select.js';
import { kindOf } from './field-kind.js';

const LONG = 60;

interface RowFieldProps {
  readonly field: EntityField;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

export function RowField({ field, text, onChange }: RowFieldProps) {
  const kind = kindOf(field);
  if (kind === 'choice' || kind === 'boolean') {
    const choices = kind === 'boolean' ? ['true', 'false'] : (field.values ?? []);
    const none = field.nullable || text === '' ? [['', '–'] as const] : [];
    return (
      <Select
        label={field.name}
        value={text}
        options={[...none, ...choices.map((choice) => [choice, choice] as const)]}
        onChange={onChange}
      />
    );
  }
  const isLong = kind === 'json' || text.length > LONG || text.includes('\n');
  return (
    <Field label={field.name} hint={hintOf(field, text)}>
      {(props) =>
        isLong ? (
          <textarea {...props} rows={4} value={text} onChange={({ target }) => onChange(target.value)} />
        ) : (
          <input {...props} value={text} onChange={({ target }) => onChange(target.value)} />
        )
      }
    </Field>
  );
}

function hintOf({ type, nullable, required, encrypted }: EntityField, text: string): string {
  const isDefaulted = !nullable && !required && text === '';
  return [
    type,
    nullable ? 'may be empty' : '',
    isDefaulted ? 'has a default' : '',
    encrypted ? 'encrypted' : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
