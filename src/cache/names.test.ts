import { describe, expect, test } from 'vitest';
import {
  childPath,
  keyName,
  parseKeyName,
  parseMark,
  ROOT_PATH,
  spaceMarks,
  tagMark,
  tenantPath,
} from './names.js';

/** Names that could be taken for parts of others. */
const ODD = [
  'a',
  'A',
  'a/b',
  'a|b',
  '@a',
  '%40a',
  'a%2Fb',
  '..',
  '.',
  '?|',
  's:a',
  't:a|b',
  '\u00e9',
  'e\u0301',
  '\0',
];

describe('the names of what caches keep', () => {
  test('are others for every tenant, namespace and key', () => {
    const paths = [ROOT_PATH];
    for (const outer of ODD) {
      paths.push(tenantPath(outer), childPath(ROOT_PATH, outer));
      for (const inner of ODD) {
        paths.push(childPath(tenantPath(outer), inner), childPath(childPath(ROOT_PATH, outer), inner));
      }
    }
    const names = paths.flatMap((path) => ODD.map((key) => keyName(path, key)));
    expect(new Set(names).size).toBe(paths.length * ODD.length);
    const marks = [...paths.map((path) => spaceMarks(path).at(-1)), ...names.map((name) => `t:${name}`)];
    expect(new Set(marks).size).toBe(paths.length * (ODD.length + 1));
  });

  test('tell their parts again', () => {
    for (const name of ODD) {
      const path = childPath(tenantPath(name), name);
      expect(parseKeyName(keyName(path, name))).toEqual({ path, key: name });
      expect(parseMark(tagMark(path, name))).toEqual({ kind: 'tag', path, tag: name });
      expect(spaceMarks(path).map(parseMark)).toEqual(
        [ROOT_PATH, tenantPath(name), path].map((each) => ({ kind: 'space', path: each })),
      );
    }
  });
});
