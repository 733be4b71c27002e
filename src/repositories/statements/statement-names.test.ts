import { expect, test } from 'vitest';
import { StatementNames } from './statement-names.js';

test('a statement gets a name, always the same, once it keeps coming back', () => {
  const names = new StatementNames();
  expect(names.statement('select 1', [])).toEqual({ text: 'select 1', values: [] });
  names.statement('select 1', []);
  const { name } = names.statement('select 1', [2]);
  expect(name).toMatch(/^aq_[0-9a-f]{24}$/);
  expect(names.statement('select 1', [3])).toEqual({ text: 'select 1', values: [3], name });
  expect(StatementNames.fixed('select 1')).toEqual({ text: 'select 1', name });
});

test('however many forms callers make up, few get a name', () => {
  const names = new StatementNames();
  const named = new Set<string>();
  for (let round = 0; round < 4; round++) {
    for (let form = 0; form < 900; form++) {
      const { name } = names.statement(`select ${form}`, []);
      if (name) named.add(name);
    }
  }
  expect(named.size).toBe(200);
});

test('what is asked once each is forgotten again, and what has a name keeps it', () => {
  const names = new StatementNames();
  for (let use = 0; use < 3; use++) names.statement('select', []);
  for (let form = 0; form < 5000; form++) names.statement(`select ${form}`, []);
  expect(names.statement('select', []).name).toBeDefined();
  expect(names.statement('select 0', []).name).toBeUndefined();
});
