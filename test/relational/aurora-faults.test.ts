import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AuroraOptions } from '../../src/relational/aurora/provider.js';
import { openAurora } from '../../src/relational/aurora/provider.js';
import { OWNER, type RelationalProvider } from '../../src/relational/index.js';
import { serviceAvailable } from '../services/services.js';
import { address, type DataApiStack, ServiceFault, startDataApi } from '../support/data-api/index.js';

const available = await serviceAvailable('postgres');
const RESUMING = new ServiceFault(
  'DatabaseResumingException',
  'The Aurora DB instance is resuming after being auto-paused.',
);
const LINK_FAILURE = new ServiceFault('BadRequestException', 'Communications link failure');
const THROTTLED = new ServiceFault('ThrottlingException', 'Rate exceeded');

describe.skipIf(!available)('a Data API that fails', () => {
  const stacks: DataApiStack[] = [];
  const providers: RelationalProvider[] = [];
  let stack: DataApiStack;
  beforeAll(async () => {
    stack = await start();
    await (await open()).transaction(OWNER, (tx) => tx.execute('create table notes (text text not null)'));
  });
  afterEach(async () => {
    stack.fake.recover();
    await Promise.all(providers.splice(0).map((provider) => provider.close()));
  });
  afterAll(async () => {
    for (const each of stacks) await each.close();
  });

  async function start(options?: Parameters<typeof startDataApi>[0]): Promise<DataApiStack> {
    const started = await startDataApi(options);
    stacks.push(started);
    return started;
  }

  async function open(options?: Partial<AuroraOptions>, of = stack): Promise<RelationalProvider> {
    const provider = await of.open(options);
    providers.push(provider);
    return provider;
  }

  const write = (provider: RelationalProvider, text: string) =>
    provider.query(OWNER, { text: 'insert into notes values ($1)', values: [text] });

  async function countOf(provider: RelationalProvider, text: string): Promise<unknown> {
    const statement = { text: 'select count(*)::int as count from notes where text = $1', values: [text] };
    return (await provider.query(OWNER, statement)).rows[0]?.count;
  }

  function callsSince<T>(work: Promise<T>): Promise<string[]> {
    const before = stack.fake.calls.length;
    return work.then(() => stack.fake.calls.slice(before));
  }

  describe('while the cluster is paused', () => {
    test.each([RESUMING, LINK_FAILURE])('is waited for ($type)', async (fault) => {
      const provider = await open();
      stack.fake.trouble('BeginTransaction', fault, 2);
      const calls = await callsSince(write(provider, fault.type));
      expect(calls.filter((call) => call === 'BeginTransaction')).toHaveLength(3);
      expect(await countOf(provider, fault.type)).toBe(1);
    });

    test('is given up after the time that was set', async () => {
      const provider = await open({ resumeTimeoutMs: 300 });
      stack.fake.trouble('BeginTransaction', RESUMING, 1000);
      await expect(write(provider, 'never')).rejects.toMatchObject({
        code: 'AQF_DATABASE_UNAVAILABLE',
        facts: { reason: 'DatabaseResumingException' },
      });
    });

    test('closing ends the wait', async () => {
      const provider = await open();
      stack.fake.trouble('BeginTransaction', RESUMING, 1000);
      const waiting = write(provider, 'never');
      const told = expect(waiting).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
      await provider.close();
      await told;
    });
  });

  test('a call that was throttled is sent again, and done once', async () => {
    const provider = await open();
    await write(provider, 'known');
    for (const operation of ['BeginTransaction', 'Execute', 'CommitTransaction'] as const) {
      stack.fake.trouble(operation, THROTTLED, 2);
    }
    await write(provider, 'throttled');
    expect(await countOf(provider, 'throttled')).toBe(1);
  });

  test('a statement whose answer was lost is not sent again, and its transaction not committed', async () => {
    const provider = await open();
    await write(provider, 'known');
    const work = provider.transaction(OWNER, async (tx) => {
      await tx.query('select 1');
      stack.fake.trouble('Execute', 'lost answer');
      await tx.query('insert into notes values ($1)', ['unsure']).catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ name: 'ConnectionLostError', code: 'AQF_CONNECTION_LOST' });
    expect(await countOf(provider, 'unsure')).toBe(0);
    expect(stack.fake.openTransactions).toBe(0);
  });

  test('a service that falls silent fails the statement after the time that was set', async () => {
    const provider = await open({ requestTimeoutMs: 300 });
    stack.fake.trouble('Execute', 'silence');
    await expect(write(provider, 'silent')).rejects.toMatchObject({ code: 'AQF_CONNECTION_LOST' });
    expect(await countOf(provider, 'silent')).toBe(0);
  });

  describe('while a commit is under way', () => {
    test('a commit that was done counts, although its answer was lost', async () => {
      const provider = await open();
      stack.fake.trouble('CommitTransaction', 'lost answer');
      await write(provider, 'committed');
      expect(await countOf(provider, 'committed')).toBe(1);
    });

    test('a commit that did not arrive is an error that says it was rolled back', async () => {
      const provider = await open();
      stack.fake.trouble('CommitTransaction', 'lost request');
      await expect(write(provider, 'not committed')).rejects.toMatchObject({ name: 'ConnectionLostError' });
      expect(await countOf(provider, 'not committed')).toBe(0);
      expect(stack.fake.openTransactions).toBe(0);
    });

    test('with no one to ask, what became of it is unknown, and the id of the transaction is told', async () => {
      const provider = await open({ commitLookupMs: 200 });
      await write(provider, 'known');
      const work = provider.transaction(OWNER, async (tx) => {
        await tx.query('insert into notes values ($1)', ['unknown']);
        stack.fake.trouble('CommitTransaction', 'lost answer');
        // The next one asks for the id of the transaction.
        stack.fake.trouble('Execute', 'none');
        stack.fake.trouble('Execute', 'lost request', 1000);
      });
      await expect(work).rejects.toMatchObject({
        name: 'CommitUnknownError',
        code: 'AQF_COMMIT_UNKNOWN',
        facts: { transactionId: expect.stringMatching(/^\d+$/) },
      });
    });

    test('the loss of a commit of nothing is no loss', async () => {
      const provider = await open();
      stack.fake.trouble('CommitTransaction', 'lost request');
      expect((await provider.query(OWNER, { text: 'select 1 as one' })).rows).toEqual([{ one: 1 }]);
      expect(stack.fake.openTransactions).toBe(0);
    });

    test('a constraint that is checked at the commit is the error of that constraint', async () => {
      const provider = await open();
      await provider.transaction(OWNER, (tx) =>
        tx.execute(`create table chapters (no int unique deferrable initially deferred)`),
      );
      const twice = provider.query(OWNER, { text: 'insert into chapters values (1), (1)' });
      await expect(twice).rejects.toMatchObject({
        name: 'UniqueViolationError',
        facts: { sqlstate: '23505', constraint: 'chapters_no_key' },
      });
    });
  });

  test('where an error ends the transaction at the service, a savepoint cannot save it', async () => {
    const strict = await start({ errorsEndTransactions: true });
    const provider = await open({}, strict);
    await provider.transaction(OWNER, (tx) => tx.execute('create table notes (text text not null)'));
    const work = provider.transaction(OWNER, async (tx) => {
      await tx.query('insert into notes values ($1)', ['before']);
      await tx.savepoint((inner) => inner.query('insert into notes values (null)')).catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ name: 'ConnectionLostError' });
    expect(await countOf(provider, 'before')).toBe(0);
  });

  test('a transaction that the service ended for being idle is an error, not half a transaction', async () => {
    const impatient = await start({ idleTransactionMs: 50 });
    const provider = await open({}, impatient);
    const work = provider.transaction(OWNER, async (tx) => {
      await tx.query('select 1');
      await vi.waitFor(() => expect(impatient.fake.openTransactions).toBe(0));
      await tx.query('select 1');
    });
    await expect(work).rejects.toMatchObject({ code: 'AQF_CONNECTION_LOST' });
  });

  describe('a lock', () => {
    test('is kept longer than the service keeps an idle transaction', async () => {
      const impatient = await start({ idleTransactionMs: 500 });
      const provider = await open({ keepAliveMs: 50 }, impatient);
      const other = await open({}, impatient);
      const began = performance.now();
      const held = await provider.exclusively('relay', async (signal) => {
        await vi.waitFor(() => expect(performance.now() - began).toBeGreaterThan(1200), { timeout: 5000 });
        expect(await other.exclusively('relay', async () => undefined)).toBe(false);
        expect(signal.aborted).toBe(false);
      });
      expect(held).toBe(true);
      expect(await other.exclusively('relay', async () => undefined)).toBe(true);
    });

    test('that is lost aborts its signal', async () => {
      const provider = await open({ keepAliveMs: 50 });
      const held = provider.exclusively('relay', async (signal) => {
        stack.fake.trouble('Execute', 'lost request');
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      });
      expect(await held).toBe(true);
    });

    test('ends when the provider is closed', async () => {
      const provider = await open();
      let closing: Promise<void> | undefined;
      const held = provider.exclusively('relay', async (signal) => {
        closing = provider.close();
        expect(signal.aborted).toBe(true);
      });
      expect(await held).toBe(true);
      await closing;
      expect(stack.fake.openTransactions).toBe(0);
    });
  });

  test('a cluster that has no Data API cannot be opened, and the error says so', async () => {
    const resourceArn = 'arn:aws:rds:eu-central-1:123456789012:cluster:other';
    await expect(openAurora({ ...address(stack.fake), resourceArn })).rejects.toMatchObject({
      code: 'AQF_DATABASE_UNAVAILABLE',
      message: expect.stringContaining('HttpEndpoint is not enabled'),
    });
  });

  test('a service that cannot be reached is down, and found out soon', async () => {
    const provider = await open();
    const gone = await start();
    const lost = await open({}, gone);
    await gone.fake.close();
    expect(await lost.health()).toMatchObject({ status: 'down', error: expect.any(String) });
    await expect(write(lost, 'nowhere')).rejects.toMatchObject({ code: 'AQF_DATABASE_UNAVAILABLE' });
    expect(await provider.health()).toMatchObject({ status: 'up' });
  });
});
