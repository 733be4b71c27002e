import { expect, it } from 'vitest';
import { RedisKeys } from './keys.js';

const keys = new RedisKeys('p:');

it('keeps what belongs to one key in one slot, and what belongs to the log', () => {
  expect([keys.value('t|k'), keys.lease('t|k'), keys.failure('t|k')]).toEqual([
    'p:v:{t|k}',
    'p:l:{t|k}',
    'p:f:{t|k}',
  ]);
  const log = [keys.log, keys.counter, keys.turn, keys.position, keys.run];
  for (const name of log) expect(name).toMatch(/^p:\{log\}/);
  expect(new Set(log).size).toBe(log.length);
});

it('tells names apart that are not well-formed text', () => {
  const names = ['a\ud800', 'a\ud801', 'a\ufffd', 'a😀'].map((name) => keys.value(name));
  expect(new Set(names.map((name) => Buffer.from(name).toString('hex'))).size).toBe(names.length);
  expect(names[3]).toBe('p:v:{a😀}');
});
