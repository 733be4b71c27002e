import { expect, test } from 'vitest';
import { questionOf, requestKey } from './request.js';

const SYSTEM = { role: 'system', content: 'Be short.' };
const ask = (content: unknown, more = {}) => ({
  model: 'm',
  temperature: 0,
  messages: [SYSTEM, { role: 'user', content }],
  ...more,
});

test('requests are equal however their properties are ordered, and different when anything differs', () => {
  const key = requestKey(ask('hi'));
  expect(requestKey({ messages: ask('hi').messages, model: 'm', temperature: 0 })).toBe(key);
  const others = [
    ask('hi '),
    ask('hi', { model: 'n' }),
    ask('hi', { temperature: 1 }),
    ask('hi', { tools: [] }),
    ask('hi', { messages: [{ role: 'user', content: 'hi' }, SYSTEM] }),
  ];
  expect(new Set([key, ...others.map(requestKey)]).size).toBe(others.length + 1);
});

test('questions of one context differ in their last text alone', () => {
  const { context, text } = questionOf(ask('one')) ?? {};
  expect(text).toBe('one');
  expect(questionOf(ask('two'))?.context).toBe(context);
  for (const other of [
    ask('one', { model: 'n' }),
    ask('one', { temperature: 1 }),
    ask('one', {
      messages: [
        { ...SYSTEM, content: 'Be long.' },
        { role: 'user', content: 'one' },
      ],
    }),
    ask('one', { messages: [SYSTEM, { role: 'user', content: 'one', name: 'ann' }] }),
  ]) {
    expect(questionOf(other)?.context).not.toBe(context);
  }
});

test.each([
  ['a picture', ask([{ type: 'image', data: new Uint8Array(1) }])],
  ['blank text', ask(' \n')],
  ['the model', { model: 'm', messages: [{ role: 'assistant', content: 'hi' }] }],
  ['nobody', { model: 'm', messages: [] }],
])('what ends with %s has no question', (_, request) => {
  expect(questionOf(request)).toBeUndefined();
});
