import type { UsageDay } from '../../api/usage.js';
import { count, dollars, shortCount } from '../../parts/format.js';
import { sumOf } from './days.js';

export function ModelTable({ used }: { readonly used: readonly UsageDay[] }) {
  const models = [...new Set(used.map(({ model }) => model))];
  if (models.length === 0) return <p className="soft">Nothing was embedded in this time.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="table-frame" aria-label="Models" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Model</th>
            {['Requests', 'Texts', 'Tokens', 'Cost'].map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <ModelRow key={model} model={model} days={used.filter((day) => day.model === model)} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ModelRow({ model, days }: { readonly model: string; readonly days: readonly UsageDay[] }) {
  return (
    <tr>
      <th scope="row">{model}</th>
      <td className="number">{count(sumOf(days, 'requests'))}</td>
      <td className="number">{count(sumOf(days, 'texts'))}</td>
      <td className="number">{shortCount(sumOf(days, 'tokens'))}</td>
      <td className="number">{dollars(sumOf(days, 'cost'))}</td>
    </tr>
  );
}
