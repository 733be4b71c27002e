import { useState } from 'react';
import type { MergeConflict, Resolution } from '../../api/branches.js';
import { Button } from '../../parts/button.js';
import { plural } from '../../parts/format.js';
import { Notice, ProblemNotice } from '../../parts/notice.js';
import { type Side, SideBySide } from './side-by-side.js';

interface MergeConflictsProps {
  readonly conflicts: readonly MergeConflict[];
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly onSettle: (resolutions: Readonly<Record<string, Resolution>>) => void;
  readonly onCancel: () => void;
}

/** Fields that the row and the branch both changed: each is settled with one of the two. */
export function MergeConflicts({ conflicts, error, isBusy, onSettle, onCancel }: MergeConflictsProps) {
  const [sides, setSides] = useState<Readonly<Record<string, Side>>>({});
  const open = conflicts.filter(({ field }) => sides[field] === undefined).length;
  const settle = () => {
    const settled = Object.entries(sides).map(([field, side]) => [field, side === 'ours' ? 'branch' : 'row']);
    onSettle(Object.fromEntries(settled) as Record<string, Resolution>);
  };
  return (
    <div className="conflict">
      <Notice tone="warn" title={`Both sides changed ${plural(conflicts.length, 'field')}`}>
        Choose for each which value stays. Nothing has been merged yet.
      </Notice>
      <SideBySide
        names={{ theirs: 'The row', ours: 'The branch' }}
        fields={conflicts.map(({ field, base, row, branch }) => ({
          field,
          base,
          theirs: row,
          ours: branch,
          side: sides[field],
        }))}
        onChoose={(field, side) => setSides({ ...sides, [field]: side })}
      />
      <ProblemNotice error={error} />
      <div className="form-acts">
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="primary" isBusy={isBusy} disabled={open > 0} onClick={settle}>
          {open > 0 ? `${plural(open, 'field')} to choose` : 'Merge'}
        </Button>
      </div>
    </div>
  );
}
