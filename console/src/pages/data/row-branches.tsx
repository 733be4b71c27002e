import { type FormEvent, useState } from 'react';
import { type Branch, useBranchActs, useBranches } from '../../api/branches.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { Field } from '../../parts/field.js';
import { Loaded } from '../../parts/loaded.js';
import { ProblemNotice } from '../../parts/notice.js';
import { Time } from '../../parts/time.js';
import { BranchView } from './branch-view.js';
import type { RowViewProps } from './row-page.js';

const TONES: Readonly<Record<Branch['state'], Tone>> = { open: 'info', merged: 'good', abandoned: 'plain' };

/** Changes of a row that are tried apart from it, until they are merged. */
export function RowBranches(view: RowViewProps) {
  const { entity, of } = view;
  const branches = useBranches(of);
  const [open, setOpen] = useState<string>();
  return (
    <>
      {entity.actions.includes('update') && <NewBranch view={view} onBegun={setOpen} />}
      <Loaded of={branches}>
        {(all) =>
          all.length === 0 ? (
            <p className="soft">
              No branches. One is a draft of this row: it changes nothing until it is merged.
            </p>
          ) : (
            <ul className="branches">
              {all.map((branch) => (
                <li key={branch.name}>
                  <BranchHead
                    branch={branch}
                    isOpen={open === branch.name}
                    onToggle={() => setOpen(open === branch.name ? undefined : branch.name)}
                  />
                  {open === branch.name && <BranchView {...view} branch={branch} />}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

interface BranchHeadProps {
  readonly branch: Branch;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function BranchHead({ branch: { name, state, baseRevision, createdAt }, isOpen, onToggle }: BranchHeadProps) {
  return (
    <button type="button" className="revision-head" aria-expanded={isOpen} onClick={onToggle}>
      <strong>{name}</strong>
      <Badge tone={TONES[state]}>{state}</Badge>
      <span className="soft small revision-changed">from revision {baseRevision}</span>
      <span className="soft small">
        <Time at={createdAt} />
      </span>
    </button>
  );
}

interface NewBranchProps {
  readonly view: RowViewProps;
  readonly onBegun: (name: string) => void;
}

function NewBranch({ view: { of }, onBegun }: NewBranchProps) {
  const [name, setName] = useState('');
  const { begin } = useBranchActs(of);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    begin.mutate(name.trim(), {
      onSuccess: () => {
        onBegun(name.trim());
        setName('');
      },
    });
  };
  return (
    <form className="filters" onSubmit={submit}>
      <Field label="New branch">
        {(props) => (
          <input
            {...props}
            value={name}
            placeholder="draft"
            required
            onChange={({ target }) => setName(target.value)}
          />
        )}
      </Field>
      <div className="filter-acts">
        <Button type="submit" icon="branch" isBusy={begin.isPending}>
          Begin
        </Button>
      </div>
      <ProblemNotice error={begin.error} />
    </form>
  );
}
