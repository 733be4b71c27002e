import type { SearchResult } from '../../api/search.js';
import { Link } from '../../parts/link.js';
import { Marked } from '../../parts/marked.js';
import { matchedWords } from '../../parts/words.js';
import { placeOf } from '../../shell/place.js';

interface ResultItemProps {
  readonly result: SearchResult;
  readonly question: string;
}

export function ResultItem({ result, question }: ResultItemProps) {
  const { documentId, title, headingPath, snippet, content, start, end, scores, score } = result;
  const words = matchedWords(snippet).join(',');
  const to = placeOf(['documents', documentId], {
    start: String(start),
    end: String(end),
    q: question,
    words,
  });
  return (
    <li className="result">
      <article>
        <header>
          <h2>
            <Link to={to}>{title}</Link>
          </h2>
          <span className="result-score number" title="Score">
            {score.toFixed(3)}
          </span>
        </header>
        {headingPath.length > 0 && <p className="result-path">{headingPath.join(' › ')}</p>}
        <p className="result-text">
          {snippet.text === '' ? content.slice(0, 300) : <Marked text={snippet.text} marks={snippet.marks} />}
        </p>
        <footer className="result-foot">
          <span>{result.source}</span>
          {result.page !== null && <span>page {result.page}</span>}
          {result.collection !== 'default' && <span>{result.collection}</span>}
          <Score name="words" value={scores.lexical} />
          <Score name="meaning" value={scores.semantic} />
        </footer>
      </article>
    </li>
  );
}

function Score({ name, value }: { readonly name: string; readonly value: number | null }) {
  return (
    <span className="number">
      {name} {value === null ? '–' : value.toFixed(2)}
    </span>
  );
}
