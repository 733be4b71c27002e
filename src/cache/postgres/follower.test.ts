import { expect, test } from 'vitest';
import type { LogEntry } from '../store/store.js';
import type { Database } from './database.js';
import { Follower } from './follower.js';
import { LogReader } from './log-reader.js';

const entryOf = (origin: string) => JSON.stringify({ keys: [], marks: [], origin, fed: false });

/** A log in an array, as the statements of a store read it. */
function logIn(entries: readonly string[]): Database {
  const ask = async (_: unknown, [, after]: readonly unknown[]) => {
    if (after === undefined) return [{ epoch: 'e', n: 0 }];
    const rows = entries.map((entry, index) => ({ epoch: 'e', n: index + 1, entry }));
    const left = rows.filter(({ n }) => n > Number(after));
    return left.length > 0 ? left : [{ epoch: 'e', n: null, entry: null }];
  };
  return { ask } as unknown as Database;
}

/** What a listener is told, in order, of entries that are appended one after the other. */
async function toldOf(entries: readonly string[], told: (entry: LogEntry) => void = () => undefined) {
  const log: string[] = [];
  const events: string[] = [];
  const listener = {
    told(batch: readonly LogEntry[]) {
      for (const entry of batch) {
        told(entry);
        events.push(entry.origin);
      }
    },
    lost: () => void events.push('lost'),
    verified: () => void events.push('verified'),
  };
  const follower = new Follower(new LogReader(logIn(log), 'store'), listener);
  await follower.start();
  for (const entry of entries) {
    await expect.poll(() => events.at(-1)).toBe('verified');
    log.push(entry);
    events.push('…');
    follower.hint();
  }
  await expect.poll(() => events.at(-1)).toBe('verified');
  await follower.close();
  return events.filter((event) => event !== 'verified' && event !== '…');
}

test('entries are told in order', async () => {
  expect(await toldOf([entryOf('a'), entryOf('b')])).toEqual(['a', 'b']);
});

test('an entry that cannot be read is a loss, and not passed over', async () => {
  expect(await toldOf(['garbage', entryOf('b')])).toEqual(['lost', 'b']);
});

test('an entry that the listener cannot take is a loss, too', async () => {
  const refuse = ({ origin }: LogEntry) => {
    if (origin === 'odd') throw new Error('no sense');
  };
  expect(await toldOf([entryOf('odd'), entryOf('b')], refuse)).toEqual(['lost', 'b']);
});
