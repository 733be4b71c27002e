import { type Difference, type Revision, type RowRef, useDifferences } from '../../api/rows.js';
import { Loaded } from '../../parts/loaded.js';
import { Skeleton } from '../../parts/skeleton.js';
import { Value } from '../../parts/value.js';

interface RevisionDiffProps {
  readonly of: RowRef;
  readonly revision: Revision;
  readonly before: Revision | undefined;
}

/** What a revision changed of the one before; of the first, what it began with. */
export function RevisionDiff({ of, revision, before }: RevisionDiffProps) {
  const differences = useDifferences(of, before?.revision ?? 0, revision.revision);
  if (!before) {
    const first = Object.entries(revision.row).map(([field, to]) => ({ field, from: null, to }));
    return <DiffTable differences={first.filter(({ to }) => to !== null)} />;
  }
  return (
    <Loaded of={differences} skeleton={<Skeleton lines={2} />}>
      {(found) => <DiffTable differences={found} />}
    </Loaded>
  );
}

export function DiffTable({ differences }: { readonly differences: readonly Difference[] }) {
  if (differences.length === 0) return <p className="soft small">Nothing differs.</p>;
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
        {differences.map(({ field, from, to }) => (
          <tr key={field}>
            <th scope="row">{field}</th>
            <td className="diff-before">
              <Value of={from} />
            </td>
            <td className="diff-after">
              <Value of={to} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
