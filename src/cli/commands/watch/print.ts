import type { LiveEvent } from '../../../live/index.js';
import { type Colours, coloursFor } from '../../output/colours.js';
import { plainLine } from '../../output/display-text.js';

export interface PrintedChange {
  readonly position: string;
  readonly event: Omit<LiveEvent, 'at'> & { readonly at: Date | string };
}

export interface PrintOptions {
  readonly json?: boolean;
  /** Changes after which it ends. */
  readonly limit?: number;
}

/** A line for each change; in the end, from where another watch would go on. */
export async function printChanges(
  changes: AsyncIterable<PrintedChange>,
  { json = false, limit = Number.POSITIVE_INFINITY }: PrintOptions,
): Promise<void> {
  const colours = coloursFor(process.stdout);
  let printed = 0;
  let last: string | undefined;
  for await (const { position, event } of changes) {
    console.log(json ? JSON.stringify({ position, event }) : line(event, colours));
    last = position;
    if (++printed >= limit) break;
  }
  if (!json && last !== undefined)
    process.stderr.write(`\nTo go on from here: aquifer watch --from ${last}\n`);
}

function line(
  { at, operation, entity, rowId, changed, actorId }: PrintedChange['event'],
  colours: Colours,
): string {
  const what = [entity, rowId, ...(changed && changed.length > 0 ? [`(${changed.join(', ')})`] : [])];
  const who = actorId === null ? '' : colours.dim(` by ${plainLine(actorId)}`);
  const when = colours.dim(new Date(at).toISOString());
  return `${when}  ${operation.padEnd(7)}  ${what.map(plainLine).join(' ')}${who}`;
}
