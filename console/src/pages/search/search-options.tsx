import { useCollections } from '../../api/collections.js';
import { Select } from '../../parts/select.js';
import { FilterBuilder } from './filter-builder.js';
import { LIMITS, MODES, type SearchState } from './search-state.js';

const MODE_NAMES = { hybrid: 'Words and meaning', lexical: 'Words', semantic: 'Meaning' } as const;

interface SearchOptionsProps {
  readonly state: SearchState;
  readonly onChange: (part: Partial<SearchState>) => void;
}

export function SearchOptions({ state, onChange }: SearchOptionsProps) {
  return (
    <div className="search-options">
      <div className="option-row">
        <fieldset className="segments">
          <legend className="unseen">What is compared</legend>
          {MODES.map((mode) => (
            <label key={mode}>
              <input
                type="radio"
                name="mode"
                checked={state.mode === mode}
                onChange={() => onChange({ mode })}
              />
              <span>{MODE_NAMES[mode]}</span>
            </label>
          ))}
        </fieldset>
        <Select
          label="Results"
          isLabelUnseen
          value={String(state.limit)}
          options={LIMITS.map((limit) => [String(limit), `${limit} results`])}
          onChange={(limit) => onChange({ limit: Number(limit) })}
        />
        <Check isOn={state.prefix} onChange={(prefix) => onChange({ prefix })}>
          Beginnings of words
        </Check>
        <Check isOn={state.fuzzy} onChange={(fuzzy) => onChange({ fuzzy })}>
          Forgive spelling
        </Check>
      </div>
      <Collections state={state} onChange={onChange} />
      <FilterBuilder conditions={state.conditions} onChange={(conditions) => onChange({ conditions })} />
    </div>
  );
}

/** Only where there is a choice. */
function Collections({ state: { collections }, onChange }: SearchOptionsProps) {
  const { data = [] } = useCollections();
  if (data.length < 2) return null;
  const toggle = (name: string, isOn: boolean) => {
    onChange({ collections: isOn ? [...collections, name] : collections.filter((one) => one !== name) });
  };
  return (
    <fieldset className="chips">
      <legend>Collections</legend>
      {data.map(({ name }) => (
        <Check key={name} isOn={collections.includes(name)} onChange={(isOn) => toggle(name, isOn)}>
          {name}
        </Check>
      ))}
    </fieldset>
  );
}

interface CheckProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly children: string;
}

function Check({ isOn, onChange, children }: CheckProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={isOn} onChange={({ target }) => onChange(target.checked)} />
      {children}
    </label>
  );
}
