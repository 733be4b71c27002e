import { Field } from './field.js';

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
  readonly isLabelUnseen?: boolean;
}

export function Select({ label, value, options, onChange, isLabelUnseen = false }: SelectProps) {
  return (
    <Field label={label} isLabelUnseen={isLabelUnseen}>
      {(props) => (
        <select {...props} value={value} onChange={({ target }) => onChange(target.value)}>
          {options.map(([one, text]) => (
            <option key={one} value={one}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
