import type { List } from '../api/page.js';
import { Button } from './button.js';

/** Goes on with a list; nothing at its end. */
export function More<T>({ list }: { readonly list: List<T> }) {
  if (!list.hasNextPage) return null;
  return (
    <div className="more">
      <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}
