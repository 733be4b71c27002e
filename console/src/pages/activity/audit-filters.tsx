import { useState } from 'react';
import type { AuditFilter } from '../../api/audit.js';
import { Button } from '../../parts/button.js';
import { Field } from '../../parts/field.js';

export const NO_FILTER: AuditFilter = {
  entity: '',
  rowId: '',
  actorId: '',
  action: '',
  requestId: '',
  since: '',
  until: '',
};

const FIELDS = [
  ['entity', 'Entity', 'aquifer.documents'],
  ['rowId', 'Row', 'id'],
  ['actorId', 'Who', 'key:…'],
  ['action', 'Action', 'suppliers.update'],
  ['requestId', 'Request', 'id'],
] as const;

/** Where there is room, filters are open from the beginning. */
const ROOMY = '(min-width: 561px)';

interface AuditFiltersProps {
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
}

/** Counts when it is applied: records are looked for by whole names. */
export function AuditFilters({ filter, onChange }: AuditFiltersProps) {
  const [draft, setDraft] = useState(filter);
  const isEmpty = Object.values(filter).every((value) => value === '');
  const isRoomy = matchMedia(ROOMY).matches;
  return (
    <details className="fold" open={isRoomy || !isEmpty}>
      <summary>Filter the records</summary>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          onChange(draft);
        }}
      >
        {FIELDS.map(([name, label, placeholder]) => (
          <Field key={name} label={label}>
            {(props) => (
              <input
                {...props}
                value={draft[name]}
                placeholder={placeholder}
                onChange={({ target }) => setDraft({ ...draft, [name]: target.value.trim() })}
              />
            )}
          </Field>
        ))}
        {(['since', 'until'] as const).map((name) => (
          <Field key={name} label={name === 'since' ? 'From' : 'Until'}>
            {(props) => (
              <input
                {...props}
                type="datetime-local"
                defaultValue=""
                onChange={({ target }) => setDraft({ ...draft, [name]: asIso(target.value) })}
              />
            )}
          </Field>
        ))}
        <div className="filter-acts">
          <Button type="submit" icon="filter">
            Filter
          </Button>
          {!isEmpty && (
            <Button
              look="quiet"
              type="reset"
              onClick={() => {
                setDraft(NO_FILTER);
                onChange(NO_FILTER);
              }}
            >
              Clear
            </Button>
          )}
        </div>
      </form>
    </details>
  );
}

function asIso(local: string): string {
  return local === '' ? '' : new Date(local).toISOString();
}
