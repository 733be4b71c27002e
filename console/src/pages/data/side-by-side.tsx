import { useId } from 'react';
import type { Json } from '../../api/audit.js';
import { Value } from '../../parts/value.js';

export type Side = 'theirs' | 'ours';

/** A field with two values, one of which is chosen; undefined while neither is. */
export interface SidedField {
  readonly field: string;
  readonly base: Json | undefined;
  readonly theirs: Json | undefined;
  readonly ours: Json | undefined;
  readonly side: Side | undefined;
}

interface SideBySideProps {
  readonly names: Readonly<Record<Side, string>>;
  readonly fields: readonly SidedField[];
  readonly onChoose: (field: string, side: Side) => void;
}

/** Conflicts, field by field: both values beside each other, and what they came from above. */
export function SideBySide({ names, fields, onChoose }: SideBySideProps) {
  return (
    <ul className="sides">
      {fields.map((field) => (
        <li key={field.field}>
          <Choice names={names} field={field} onChoose={(side) => onChoose(field.field, side)} />
        </li>
      ))}
    </ul>
  );
}

interface ChoiceProps {
  readonly names: SideBySideProps['names'];
  readonly field: SidedField;
  readonly onChoose: (side: Side) => void;
}

function Choice({ names, field, onChoose }: ChoiceProps) {
  const group = useId();
  return (
    <fieldset className="side-choice">
      <legend>{field.field}</legend>
      <p className="soft small side-base">
        It was <Value of={field.base} />
      </p>
      {(['theirs', 'ours'] as const).map((side) => (
        <label key={side} className="side">
          <span className="side-name">
            <input type="radio" name={group} checked={field.side === side} onChange={() => onChoose(side)} />
            {names[side]}
          </span>
          <span className="side-value">
            <Value of={field[side]} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}
