import { expect, test } from 'vitest';
import { coloursFor } from '../../output/colours.js';
import { logLine } from './log-line.js';

const PLAIN = coloursFor({ isTTY: false } as never);
const NONE = { level: undefined, tenant: undefined, request: undefined, slow: undefined };
const request = JSON.stringify({
  level: 'info',
  time: '2026-11-22T01:00:00.000Z',
  reqId: 'r-1',
  method: 'GET',
  route: '/api/documents/:id',
  status: 200,
  tenant: 'acme',
  ms: 12.5,
  msg: 'request',
});

test('a request is one line of what people ask for', () => {
  expect(logLine(request, NONE, PLAIN)).toBe(
    '2026-11-22 01:00:00.000  INFO   GET    /api/documents/:id  200  12.5 ms  tenant acme  r-1',
  );
});

test('an error shows its code, and other fields by their names', () => {
  const text = JSON.stringify({
    level: 'error',
    msg: 'failed',
    err: { code: 'AQF_X', message: 'no' },
    part: 7,
  });
  expect(logLine(text, NONE, PLAIN)).toBe('ERROR  failed  part=7  AQF_X: no');
});

test.each([
  [{ level: 'warn' }, false],
  [{ level: 'debug' }, true],
  [{ tenant: 'bob' }, false],
  [{ tenant: 'acme', request: 'r-1' }, true],
  [{ request: 'r-2' }, false],
  [{ slow: 12 }, true],
  [{ slow: 13 }, false],
])('%j shows it: %s', (filter, isShown) => {
  expect(logLine(request, { ...NONE, ...filter }, PLAIN) !== undefined).toBe(isShown);
});

test('what is no JSON is shown as it is, harmless to a terminal, unless something is looked for', () => {
  expect(logLine('plain \u001b[31m text', NONE, PLAIN)).not.toContain('\u001b');
  expect(logLine('plain', { ...NONE, tenant: 'acme' }, PLAIN)).toBeUndefined();
  expect(logLine('', NONE, PLAIN)).toBeUndefined();
});
