import type { Entity } from '../../api/entities.js';
import { rowId } from '../../api/entities.js';
import { useCreate } from '../../api/rows.js';
import { Button } from '../../parts/button.js';
import { Dialog } from '../../parts/dialog.js';
import { useToasts } from '../../parts/toasts.js';
import { navigate, placeOf } from '../../shell/place.js';
import { RowForm } from './row-form.js';

interface NewRowProps {
  readonly entity: Entity;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function NewRow({ entity, isOpen, onClose }: NewRowProps) {
  const create = useCreate(entity.name);
  const toasts = useToasts();
  const fields = entity.fields
    .filter(({ generated }) => !generated)
    // What has to be given comes first.
    .toSorted((one, other) => Number(other.required) - Number(one.required));
  return (
    <Dialog title={`New row of ${entity.name}`} side isOpen={isOpen} onClose={onClose}>
      <RowForm
        fields={fields}
        row={{}}
        error={create.error}
        onSubmit={(row) =>
          create.mutate(row, {
            onSuccess: (created) => {
              toasts.done('The row is there.');
              onClose();
              navigate(placeOf(['data', entity.name, rowId(entity, created)]));
            },
          })
        }
      >
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" isBusy={create.isPending}>
          Create
        </Button>
      </RowForm>
    </Dialog>
  );
}
