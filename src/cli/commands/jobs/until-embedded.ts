import { setTimeout as wait } from 'node:timers/promises';

const LOOK_EVERY_MS = 250;

/** Resolves when nothing is left; tells how much is, where someone looks. */
export async function untilEmbedded(left: () => Promise<number>): Promise<void> {
  let last = -1;
  for (;;) {
    const now = await left();
    if (now === 0) return;
    if (now !== last && process.stderr.isTTY) process.stderr.write(`${now} to do\n`);
    last = now;
    await wait(LOOK_EVERY_MS);
  }
}
