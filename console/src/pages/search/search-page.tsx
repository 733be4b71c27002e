import { type FormEvent, useEffect, useState } from 'react';
import { useSearch } from '../../api/search.js';
import { Button } from '../../parts/button.js';
import { Icon } from '../../parts/icon.js';
import { PageHead } from '../../parts/page-head.js';
import { EmptyState } from '../../parts/states.js';
import { SEARCH_FIELD } from '../../shell/shortcuts.js';
import { SearchOptions } from './search-options.js';
import { SearchResults } from './search-results.js';
import { requestOf, useSearchState } from './search-state.js';

export function SearchPage() {
  const [state, change] = useSearchState();
  const [typed, setTyped] = useState(state.question);
  const answer = useSearch(requestOf(state));
  useEffect(() => setTyped(state.question), [state.question]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() === state.question) void answer.refetch();
    else change({ question: typed.trim() });
  };

  return (
    <>
      <PageHead title="Search">
        Passages that answer a question, by their words and by their meaning.
      </PageHead>
      <search>
        <form className="search-form" onSubmit={submit}>
          <label htmlFor={SEARCH_FIELD} className="unseen">
            Question
          </label>
          <span className="search-box">
            <Icon name="search" />
            <input
              id={SEARCH_FIELD}
              type="search"
              value={typed}
              placeholder="Who has to approve a trip abroad?"
              autoComplete="off"
              onChange={({ target }) => setTyped(target.value)}
            />
            <span className="key" aria-hidden="true">
              /
            </span>
          </span>
          <Button look="primary" type="submit" isBusy={answer.isFetching}>
            Search
          </Button>
        </form>
        <SearchOptions state={state} onChange={change} />
      </search>
      {state.question === '' ? (
        <EmptyState icon="search" title="Ask something">
          A question as you would ask a colleague, or the words you remember.
        </EmptyState>
      ) : (
        <SearchResults answer={answer} question={state.question} />
      )}
    </>
  );
}
