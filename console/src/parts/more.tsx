import { Button } from './button.js';

interface MoreProps {
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
}

/** Goes on with a list; nothing at its end. */
export function More({ list }: MoreProps) {
  if (!list.hasNextPage) return null;
  return (
    <div className="more">
      <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}
