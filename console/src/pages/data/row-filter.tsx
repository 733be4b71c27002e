import { useState } from 'react';
import type { Entity, RowQuery } from '../../api/entities.js';
import { Button } from '../../parts/button.js';
import { Field } from '../../parts/field.js';
import { Select } from '../../parts/select.js';
import { conditionOf, OPERATORS, type RowOperator } from './row-conditions.js';

interface RowFilterProps {
  readonly entity: Entity;
  readonly query: RowQuery;
  readonly onChange: (query: RowQuery) => void;
}

/** One condition on a field, and whether deleted rows are shown. */
export function RowFilter({ entity, query, onChange }: RowFilterProps) {
  const askable = entity.fields.filter(({ encrypted }) => !encrypted);
  const [field, setField] = useState(askable[0]?.name ?? '');
  const [operator, setOperator] = useState<RowOperator>('eq');
  const [value, setValue] = useState('');
  const chosen = askable.find(({ name }) => name === field);
  const { filter: _, ...unfiltered } = query;
  const clear = () => {
    setValue('');
    onChange(unfiltered);
  };
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen) onChange({ ...query, filter: conditionOf(chosen, operator, value) });
      }}
    >
      <Select
        label="Field"
        value={field}
        options={askable.map(({ name }) => [name, name])}
        onChange={setField}
      />
      <Select
        label="Comparison"
        value={operator}
        options={OPERATORS}
        onChange={(chosenOperator) => setOperator(chosenOperator as RowOperator)}
      />
      {operator !== 'null' && operator !== 'not null' && (
        <Field label="Value">
          {(props) => <input {...props} value={value} onChange={({ target }) => setValue(target.value)} />}
        </Field>
      )}
      <div className="filter-acts">
        <Button type="submit" icon="filter">
          Filter
        </Button>
        {query.filter && (
          <Button look="quiet" onClick={clear}>
            Clear
          </Button>
        )}
      </div>
      {entity.traits.includes('softDelete') && (
        <label className="check">
          <input
            type="checkbox"
            checked={query.state === 'deleted'}
            onChange={({ target }) => onChange({ ...query, state: target.checked ? 'deleted' : 'stored' })}
          />
          Deleted rows
        </label>
      )}
    </form>
  );
}
