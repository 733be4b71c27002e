import type { Operations } from '../../api/operations.js';
import { bytes, shortCount } from '../../parts/format.js';

export function IndexTable({ indexes }: Pick<Operations, 'indexes'>) {
  if (indexes.length === 0) return <p className="soft">No figures of indexes are to be had here.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="table-frame" aria-label="Indexes" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Index</th>
            <th scope="col">Table</th>
            <th scope="col" className="number">
              Size
            </th>
            <th scope="col" className="number">
              Scans
            </th>
          </tr>
        </thead>
        <tbody>
          {indexes.map(({ name, table, bytes: size, scans }) => (
            <tr key={`${table}/${name}`}>
              <th scope="row">{name}</th>
              <td>{table}</td>
              <td className="number">{bytes(size)}</td>
              <td className="number">{shortCount(scans)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
