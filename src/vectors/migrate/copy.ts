import type { MigrationJournal } from './journal.js';
import type { Side } from './side.js';

export interface Copying {
  readonly from: Side;
  readonly to: Side;
  readonly journal: MigrationJournal;
  /** Names the space in the journal. */
  readonly key: string;
  readonly batch: number;
  readonly signal?: AbortSignal | undefined;
  readonly onCopied: (copied: number) => void;
}

/** Batch by batch in the order of ids; the journal is written after the target has what it says. */
export async function copySpace({ from, to, journal, key, batch, signal, onCopied }: Copying): Promise<{
  readonly copied: number;
  readonly resumedAfter: string | undefined;
}> {
  const resumedAfter = await resumable(to, await journal.read(key));
  const scan = from.store.scan(from.context, from.space, {
    batch,
    ...(resumedAfter !== undefined && { after: resumedAfter }),
  });
  let copied = 0;
  for await (const records of scan) {
    signal?.throwIfAborted();
    await to.store.upsert(to.context, to.space, records, { ...(signal && { signal }) });
    const last = records.at(-1);
    if (last) await journal.write(key, last.id);
    copied += records.length;
    onCopied(copied);
  }
  return { copied, resumedAfter };
}

/** A journal tells of a target that was emptied since: then nothing of it holds. */
async function resumable(to: Side, position: string | undefined): Promise<string | undefined> {
  if (position === undefined) return undefined;
  const [last] = await to.store.get(to.context, to.space, [position]);
  return last ? position : undefined;
}
