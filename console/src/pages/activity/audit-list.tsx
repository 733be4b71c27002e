import type { AuditRecord } from '../../api/audit.js';
import { Operation } from '../../parts/operation.js';
import { EmptyState } from '../../parts/states.js';
import { Time } from '../../parts/time.js';
import { AuditDetails } from './audit-details.js';

/** Records, the newest first; each opens to what it holds. */
export function AuditList({ records }: { readonly records: readonly AuditRecord[] }) {
  if (records.length === 0) {
    return (
      <EmptyState icon="clock" title="No records">
        Nothing was recorded that matches.
      </EmptyState>
    );
  }
  return (
    <ul className="audit-list">
      {records.map((record) => (
        <li key={record.id}>
          <details>
            <summary>
              <Operation name={record.operation} />
              <span className="audit-what">
                {record.operation === 'log' ? record.action : record.entity}{' '}
                <span className="soft">{record.rowId}</span>
              </span>
              {record.changed && (
                <span className="audit-changed soft small">{record.changed.join(', ')}</span>
              )}
              <span className="audit-who soft small">{record.actorId ?? 'unknown'}</span>
              <span className="audit-when soft small">
                <Time at={record.at} />
              </span>
            </summary>
            <AuditDetails record={record} />
          </details>
        </li>
      ))}
    </ul>
  );
}
