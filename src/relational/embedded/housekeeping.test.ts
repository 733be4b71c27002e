import { expect, test } from 'vitest';
import { Housekeeping } from './housekeeping.js';

test('housekeeping is due after 5,000 written rows, then after twice as many each time', () => {
  const housekeeping = new Housekeeping();
  housekeeping.wrote(4_999);
  expect(housekeeping.takeDue()).toBe(false);
  housekeeping.wrote(1);
  expect(housekeeping.takeDue()).toBe(true);
  expect(housekeeping.takeDue()).toBe(false);
  housekeeping.wrote(9_999);
  expect(housekeeping.takeDue()).toBe(false);
  housekeeping.wrote(1);
  expect(housekeeping.takeDue()).toBe(true);
});
