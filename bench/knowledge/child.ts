import { timed } from '../harness/timing.js';
import { concurrently } from '../relational/turns.js';
import type { Contestant } from './contestants/contestant.js';
import { CONTESTANTS } from './contestants/index.js';
import { type Knowledge, readKnowledge, vectorAt } from './data.js';
import type { OpenRequest, Request, Searches, SearchRequest } from './messages.js';

/** One contestant, asked by the parent process. */
interface Opened {
  readonly contestant: Contestant;
  readonly knowledge: Knowledge;
}

let opened: Opened | undefined;

process.on('message', async (request: Request) => {
  try {
    const { value: searches, ms } = await timed(() => perform(request));
    process.send?.({ ms, ...(searches && { searches }) });
  } catch (error) {
    process.send?.({ ms: 0, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
  if (request.do === 'close') process.disconnect();
});

// The parent may be killed; nobody would end this process.
process.on('disconnect', () => process.exit());

async function perform(request: Request): Promise<Searches | undefined> {
  if (request.do === 'open') {
    opened = await open(request);
    return undefined;
  }
  if (!opened) throw new Error('No contestant is open.');
  if (request.do === 'search') return search(opened, request);
  const { contestant } = opened;
  if (request.do === 'grow') await contestant.grow?.(request.tenant, request.rows, request.copies);
  else await contestant[request.do]?.();
  return undefined;
}

async function open({ contestant, rows, ...surroundings }: OpenRequest): Promise<Opened> {
  const knowledge = readKnowledge(rows);
  return { knowledge, contestant: await CONTESTANTS[contestant]({ ...surroundings, knowledge }) };
}

async function search(
  { contestant, knowledge }: Opened,
  { asks, effort, callers, warmUp }: SearchRequest,
): Promise<Searches> {
  const times: number[] = [];
  const found: number[][] = [];
  const ask = async (index: number) => {
    const asked = asks[index % asks.length];
    if (!asked) return [];
    return contestant.search(vectorAt(knowledge.questionVectors, asked.question), asked.where, effort);
  };
  await concurrently(callers, warmUp, ask);
  const { ms } = await timed(() =>
    concurrently(callers, asks.length, async (index) => {
      const start = performance.now();
      found[index] = await ask(index);
      times[index] = performance.now() - start;
    }),
  );
  return { ms, times, found };
}
