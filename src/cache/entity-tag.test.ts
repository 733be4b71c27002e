import { expect, test } from 'vitest';
import { entityTag } from './entity-tag.js';

test('an entity is named by itself or by its name', () => {
  expect(entityTag('users')).toBe('entity:users');
  expect(entityTag({ name: 'users' })).toBe('entity:users');
  expect(entityTag('users', '["a", 7]')).toBe('entity:users:["a", 7]');
});

test('a long row id becomes a tag of allowed length, a different one for each row', () => {
  const [one, other] = ['1', '2'].map((end) => entityTag('users', 'x'.repeat(5_000) + end));
  expect(one?.length).toBeLessThanOrEqual(256);
  expect(one).not.toBe(other);
});
