import { Button } from '../../parts/button.js';
import { Field } from '../../parts/field.js';
import { Select } from '../../parts/select.js';
import { type Condition, EMPTY_CONDITION, OPERATORS, type Operator } from './conditions.js';

interface FilterBuilderProps {
  readonly conditions: readonly Condition[];
  readonly onChange: (conditions: readonly Condition[]) => void;
}

/** Conditions on metadata, all of which must hold. */
export function FilterBuilder({ conditions, onChange }: FilterBuilderProps) {
  const change = (at: number, part: Partial<Condition>) => {
    onChange(conditions.map((condition, index) => (index === at ? { ...condition, ...part } : condition)));
  };
  return (
    <div className="filter-builder">
      {conditions.map((condition, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a condition is its place in the list
        <div className="filter-line" key={at}>
          <Field label="Metadata key" isLabelUnseen>
            {(props) => (
              <input
                {...props}
                value={condition.key}
                placeholder="key"
                onChange={({ target }) => change(at, { key: target.value })}
              />
            )}
          </Field>
          <Select
            label="Comparison"
            isLabelUnseen
            value={condition.operator}
            options={OPERATORS}
            onChange={(operator) => change(at, { operator: operator as Operator })}
          />
          {condition.operator !== 'exists' && (
            <Field label="Value" isLabelUnseen>
              {(props) => (
                <input
                  {...props}
                  value={condition.value}
                  placeholder={condition.operator === 'in' ? 'a, b, c' : 'value'}
                  onChange={({ target }) => change(at, { value: target.value })}
                />
              )}
            </Field>
          )}
          <Button
            look="quiet"
            icon="close"
            label="Remove this condition"
            onClick={() => onChange(conditions.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <Button look="quiet" icon="plus" onClick={() => onChange([...conditions, EMPTY_CONDITION])}>
        Add a condition
      </Button>
    </div>
  );
}
