import { describe, expect, it } from 'vitest';
import { coloursFor } from './colours.js';

describe('colours', () => {
  it.each([
    ['a terminal', { isTTY: true }, {}, true],
    ['a file', { isTTY: false }, {}, false],
    ['a pipe', {}, {}, false],
    ['a pipe under CI', {}, { CI: '1', FORCE_COLOR: '1' }, false],
    ['a terminal with NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR', { isTTY: true }, { NO_COLOR: '' }, true],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }, false],
  ])('on %s', (_, stream, env, coloured) => {
    expect(coloursFor(stream, env).isColorSupported).toBe(coloured);
  });
});
