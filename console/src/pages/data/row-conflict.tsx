import { useState } from 'react';
import type { JsonObject } from '../../api/audit.js';
import { Button } from '../../parts/button.js';
import { Notice, ProblemNotice } from '../../parts/notice.js';
import { type Side, SideBySide } from './side-by-side.js';

interface RowConflictProps {
  /** The row as the edit began with it, as it is now, and what was to be written. */
  readonly opened: JsonObject;
  readonly current: JsonObject;
  readonly wanted: JsonObject;
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly onWrite: (settled: JsonObject) => void;
  readonly onGiveUp: () => void;
}

/** Someone changed the row meanwhile: what was to be written, beside what is there now. */
export function RowConflict(props: RowConflictProps) {
  const { opened, current, wanted, error, isBusy, onWrite, onGiveUp } = props;
  const fields = Object.keys(wanted);
  const [sides, setSides] = useState<Readonly<Record<string, Side>>>({});
  const kept = fields.filter((field) => sides[field] !== 'theirs');
  const settled = Object.fromEntries(kept.map((field) => [field, wanted[field] ?? null]));
  return (
    <div className="conflict">
      <Notice tone="warn" title="Someone changed this row meanwhile">
        Choose for each field which value stays. Nothing has been written yet.
      </Notice>
      <SideBySide
        names={{ theirs: 'As it is now', ours: 'Your change' }}
        fields={fields.map((field) => ({
          field,
          base: opened[field],
          theirs: current[field],
          ours: wanted[field],
          side: sides[field] ?? 'ours',
        }))}
        onChoose={(field, side) => setSides({ ...sides, [field]: side })}
      />
      <ProblemNotice error={error} />
      <div className="form-acts">
        <Button onClick={onGiveUp}>Leave the row as it is</Button>
        <Button look="primary" isBusy={isBusy} onClick={() => onWrite(settled)}>
          Write the choice
        </Button>
      </div>
    </div>
  );
}
