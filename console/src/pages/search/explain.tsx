import type { Explanation } from '../../api/search.js';
import { count, milliseconds, plural } from '../../parts/format.js';
import { Meter } from '../../parts/meter.js';

/** How an answer came about: the time of each phase, the words, the ways to the vectors. */
export function Explain({ explanation }: { readonly explanation: Explanation }) {
  const { milliseconds: phases, spaces, lexicalHits, semanticHits, candidates, terms } = explanation;
  const longest = Math.max(...Object.values(phases), 0.01);
  return (
    <div className="explain">
      <dl className="figures">
        <Figure name="by words" value={count(lexicalHits)} />
        <Figure name="by meaning" value={count(semanticHits)} />
        <Figure name="left by the filter" value={candidates === null ? '–' : count(candidates)} />
      </dl>
      <h3>Time in the database</h3>
      <ul className="lines lines-tall">
        {Object.entries(phases).map(([phase, ms]) => (
          <li key={phase}>
            <span className="line-name">{phase}</span>
            <span className="line-meter">
              <Meter label={phase} share={ms / longest} />
              <span className="small soft number">{milliseconds(ms)}</span>
            </span>
          </li>
        ))}
      </ul>
      <h3>Words</h3>
      {terms.length === 0 && <p className="soft">Words were not looked for.</p>}
      <ul className="lines">
        {terms.map(({ term, language, weight, holders, essential }) => (
          <li key={`${language}/${term}`}>
            <span className="line-name">
              {term}
              <span className="line-note">
                {language} · in {plural(holders, 'passage')}
                {essential ? '' : ' · frequent: it only scores'}
              </span>
            </span>
            <span className="number">{weight.toFixed(2)}</span>
          </li>
        ))}
      </ul>
      <h3>Vectors</h3>
      {!spaces && <p className="soft">Vectors were not asked here.</p>}
      <ul className="lines">
        {(spaces ?? []).map(({ space, model, route, efSearch, vectors }) => (
          <li key={`${space}/${route}`}>
            <span className="line-name">
              {model}
              <span className="line-note">
                {route}
                {efSearch !== null && `, ef ${efSearch}`}
              </span>
            </span>
            <span className="number">{count(vectors)} vectors</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
