import { useState } from 'react';
import type { ShortReason, useSearch } from '../../api/search.js';
import { Button } from '../../parts/button.js';
import { Dialog } from '../../parts/dialog.js';
import { plural } from '../../parts/format.js';
import { Link } from '../../parts/link.js';
import { Loaded } from '../../parts/loaded.js';
import { Skeleton } from '../../parts/skeleton.js';
import { EmptyState } from '../../parts/states.js';
import { Explain } from './explain.js';
import { ResultItem } from './result-item.js';

const SHORT: Readonly<Record<ShortReason, string>> = {
  filter: 'The filter leaves no more.',
  'no-more-matches': 'No other passage shares a word with the question.',
  'few-chunks': 'There are no more passages.',
};

interface SearchResultsProps {
  readonly answer: ReturnType<typeof useSearch>;
  readonly question: string;
}

export function SearchResults({ answer, question }: SearchResultsProps) {
  const [isExplained, setExplained] = useState(false);
  return (
    <Loaded of={answer} skeleton={<Skeleton shape="rows" lines={5} />}>
      {({ results, short, explain, ms }) => (
        <section className="results" aria-label="Results" data-stale={answer.isPlaceholderData || undefined}>
          <header className="results-head">
            <p role="status">
              {plural(results.length, 'passage')} in {Math.round(ms)} ms
              {short !== undefined && results.length > 0 && <span className="soft"> · {SHORT[short]}</span>}
            </p>
            {explain && (
              <Button look="quiet" icon="gauge" onClick={() => setExplained(true)}>
                Explain
              </Button>
            )}
          </header>
          {results.length === 0 ? (
            <NothingFound short={short} />
          ) : (
            <ol className="result-list">
              {results.map((result) => (
                <ResultItem
                  key={`${result.documentId}/${result.ordinal}`}
                  result={result}
                  question={question}
                />
              ))}
            </ol>
          )}
          {explain && (
            <Dialog title="How this came about" side isOpen={isExplained} onClose={() => setExplained(false)}>
              <Explain explanation={explain} />
            </Dialog>
          )}
        </section>
      )}
    </Loaded>
  );
}

function NothingFound({ short }: { readonly short: ShortReason | undefined }) {
  if (short === undefined || short === 'few-chunks') {
    return (
      <EmptyState icon="document" title="Nothing to search in yet">
        Documents are found as soon as they are stored. <Link to="/documents">Upload some</Link>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="search" title="Nothing found">
      {SHORT[short]} {short === 'filter' ? 'Loosen it' : 'Other words may help'}, or “Forgive spelling”.
    </EmptyState>
  );
}
