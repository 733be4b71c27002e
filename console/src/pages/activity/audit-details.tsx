import type { AuditRecord } from '../../api/audit.js';
import { Value } from '../../parts/value.js';

/** All of a record: of an update what each field was and is, else the row. */
export function AuditDetails({ record }: { readonly record: AuditRecord }) {
  const facts = factsOf(record);
  return (
    <div className="audit-details">
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {record.before && record.changed ? <Changes record={record} /> : <WholeRow record={record} />}
    </div>
  );
}

function factsOf({ action, result, revision, roles, requestId, ip, userAgent }: AuditRecord) {
  const facts: readonly (readonly [string, string | null])[] = [
    ['Action', action],
    ['Result', result === 'ok' ? null : result],
    ['Revision', revision === null ? null : String(revision)],
    ['Roles', roles?.join(', ') || null],
    ['Request', requestId],
    ['From', ip],
    ['With', userAgent],
  ];
  return facts.filter(([, value]) => value !== null && value !== '');
}

function Changes({ record: { before, row, changed } }: { readonly record: AuditRecord }) {
  return (
    <table className="diff">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {(changed ?? []).map((field) => (
          <tr key={field}>
            <th scope="row">{field}</th>
            <td className="diff-before">
              <Value of={before?.[field]} />
            </td>
            <td className="diff-after">
              <Value of={row?.[field]} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function WholeRow({ record: { row, details } }: { readonly record: AuditRecord }) {
  const shown = row ?? details;
  if (shown === null) return null;
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
  return <pre tabIndex={0}>{JSON.stringify(shown, null, 2)}</pre>;
}
