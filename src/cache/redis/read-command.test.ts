import { expect, it } from 'vitest';
import { bulk, ReadCommand } from './read-command.js';

const command = () =>
  new ReadCommand(bulk('v') + bulk('mé'), 1, 1, (error) => new Error(`failed: ${String(error)}`));

it('asks for the names in the protocol of Redis', () => {
  expect(command().toWritable()).toBe('*3\r\n$4\r\nmget\r\n$1\r\nv\r\n$3\r\nmé\r\n');
});

it('reads values and marks, and what is not there', async () => {
  const [full, empty] = [command(), command()];
  full.resolve([Buffer.from('value'), Buffer.from('token')]);
  empty.resolve([null, null]);
  expect(await full.promise).toEqual({ values: [Buffer.from('value')], marks: ['token'] });
  expect(await empty.promise).toEqual({ values: [undefined], marks: [undefined] });
});

it.each([['text'], [Buffer.from('ab')], [[null]], [null], [7]])(
  'rejects an answer that is none: %o',
  async (answer) => {
    const asked = command();
    asked.resolve(answer);
    await expect(asked.promise).rejects.toThrow(/^failed: .*none to what was asked/);
  },
);

it('takes anything but bytes for nothing', async () => {
  const asked = command();
  asked.resolve([7, 'text']);
  expect(await asked.promise).toEqual({ values: [undefined], marks: [undefined] });
});
