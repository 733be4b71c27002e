import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { awsKms, googleKms, type KeyContext, type KeyProvider } from '../../src/encryption/index.js';
import {
  type Answer,
  AWS_KEY,
  type FakeService,
  GOOGLE_KEY,
  GOOGLE_TOKEN,
  startAwsKms,
  startGoogleKms,
} from './kms-fakes.js';

const CONTEXT: KeyContext = { tenantId: 'Zürich', purpose: 'data', version: 3 };
const UNAVAILABLE = { code: 'AQF_KEY_UNAVAILABLE', status: 503 };

const OPENERS = {
  aws: {
    start: startAwsKms,
    open: ({ url }: FakeService, timeoutMs = 10_000) =>
      awsKms({
        keyId: AWS_KEY,
        timeoutMs,
        client: {
          region: 'eu-central-1',
          endpoint: url,
          credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'hushed-secret' },
        },
      }),
    throttled: {
      status: 400,
      headers: { 'x-amzn-errortype': 'ThrottlingException' },
      body: { __type: 'ThrottlingException' },
    },
    denied: {
      status: 400,
      headers: { 'x-amzn-errortype': 'AccessDeniedException' },
      body: { __type: 'AccessDeniedException', message: 'hushed' },
    },
  },
  google: {
    start: startGoogleKms,
    open: ({ url }: FakeService, timeoutMs = 10_000) =>
      googleKms({ keyName: GOOGLE_KEY, timeoutMs, endpoint: url, token: async () => GOOGLE_TOKEN }),
    throttled: { status: 429, body: { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } } },
    denied: { status: 403, body: { error: { code: 403, message: 'hushed', status: 'PERMISSION_DENIED' } } },
  },
} as const;

describe.each(Object.entries(OPENERS))(
  'a master key in the KMS of %s',
  (_name, { start, open, throttled, denied }) => {
    let service: FakeService;
    let provider: KeyProvider;
    let plain: Buffer;
    beforeEach(async () => {
      service = await start();
      provider = await open(service);
      plain = randomBytes(32);
    });
    afterEach(() => service.close());

    test('wraps and unwraps for one context', async () => {
      const wrapped = await provider.wrap(plain, CONTEXT);
      expect(Buffer.from(wrapped).includes(plain)).toBe(false);
      expect(Buffer.from(await provider.unwrap(wrapped, CONTEXT))).toEqual(plain);
      const others: KeyContext[] = [
        { ...CONTEXT, tenantId: 'bob' },
        { ...CONTEXT, purpose: 'index' },
        { ...CONTEXT, version: 4 },
      ];
      for (const other of others)
        await expect(provider.unwrap(wrapped, other)).rejects.toMatchObject(UNAVAILABLE);
    });

    test('does not unwrap what was changed', async () => {
      const wrapped = Buffer.from(await provider.wrap(plain, CONTEXT));
      wrapped[20] = (wrapped[20] ?? 0) ^ 1;
      await expect(provider.unwrap(wrapped, CONTEXT)).rejects.toMatchObject(UNAVAILABLE);
    });

    test('asks again after being throttled, after an error of the server and after a cut connection', async () => {
      service.next.push(throttled, { status: 503, body: {} }, 'cut');
      const wrapped = await provider.wrap(plain, CONTEXT);
      expect(service.requests).toHaveLength(4);
      expect(Buffer.from(await provider.unwrap(wrapped, CONTEXT))).toEqual(plain);
    });

    test('gives up after four attempts, and at once when it is refused', async () => {
      service.next.push(throttled, throttled, throttled, throttled, throttled);
      await expect(provider.wrap(plain, CONTEXT)).rejects.toMatchObject(UNAVAILABLE);
      expect(service.requests).toHaveLength(4);
      service.next.length = 0;
      service.next.push(denied as Answer);
      await expect(provider.wrap(plain, CONTEXT)).rejects.toMatchObject(UNAVAILABLE);
      expect(service.requests).toHaveLength(5);
    });

    test('does not wait longer than the timeout', async () => {
      const impatient = await open(service, 300);
      service.next.push('hang', 'hang', 'hang', 'hang');
      const begun = performance.now();
      await expect(impatient.wrap(plain, CONTEXT)).rejects.toMatchObject(UNAVAILABLE);
      expect(performance.now() - begun).toBeLessThan(5000);
    });

    test('an answer that is not one is an error', async () => {
      for (const body of [{}, [], 'text', { CiphertextBlob: null, ciphertext: 7 }]) {
        service.next.push({ status: 200, body });
        await expect(provider.wrap(plain, CONTEXT)).rejects.toMatchObject(UNAVAILABLE);
      }
    });

    test('shows neither keys nor credentials in errors or when inspected', async () => {
      service.next.push(denied as Answer);
      const error = await provider.wrap(plain, CONTEXT).catch((thrown) => thrown);
      const shown = inspect([error, provider], { depth: 3 }) + JSON.stringify([error, provider]);
      expect(shown).not.toContain('hushed');
      expect(shown).not.toContain(plain.toString('base64').slice(0, 12));
      expect(error).toMatchObject({
        facts: { tenantId: 'Zürich', purpose: 'data', version: 3, provider: provider.id },
      });
    });
  },
);

describe('AWS KMS', () => {
  test('is asked in its own wire format, signed, with the context', async () => {
    const service = await startAwsKms();
    const provider = await OPENERS.aws.open(service);
    const plain = randomBytes(32);
    const wrapped = await provider.wrap(plain, CONTEXT);
    await provider.unwrap(wrapped, CONTEXT);
    const context = { tenantId: 'Zürich', purpose: 'data', version: '3' };
    expect(service.requests.map(({ headers }) => headers['x-amz-target'])).toEqual([
      'TrentService.Encrypt',
      'TrentService.Decrypt',
    ]);
    expect(service.requests.map(({ body }) => body)).toEqual([
      { KeyId: AWS_KEY, Plaintext: plain.toString('base64'), EncryptionContext: context },
      { KeyId: AWS_KEY, CiphertextBlob: Buffer.from(wrapped).toString('base64'), EncryptionContext: context },
    ]);
    await service.close();
  });
});

describe('Google Cloud KMS', () => {
  let service: FakeService;
  beforeEach(async () => {
    service = await startGoogleKms();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await service.close();
  });

  test('is believed only when checksums fit both ways', async () => {
    const provider = await OPENERS.google.open(service);
    const wrapped = await provider.wrap(Buffer.alloc(32, 1), CONTEXT);
    const alterations: ((body: Record<string, unknown>) => object)[] = [
      (body) => ({ ...body, verifiedPlaintextCrc32c: false }),
      (body) => ({ ...body, verifiedAdditionalAuthenticatedDataCrc32c: undefined }),
      (body) => ({ ...body, ciphertext: Buffer.alloc(60).toString('base64') }),
      (body) => ({ ...body, ciphertextCrc32c: '1' }),
    ];
    for (const alter of alterations) {
      service.alter = (answer) => ({ ...answer, body: alter(answer.body as Record<string, unknown>) });
      await expect(provider.wrap(Buffer.alloc(32, 1), CONTEXT)).rejects.toMatchObject(UNAVAILABLE);
    }
    service.alter = (answer) => ({ ...answer, body: { ...(answer.body as object), plaintextCrc32c: '1' } });
    await expect(provider.unwrap(wrapped, CONTEXT)).rejects.toMatchObject(UNAVAILABLE);
  });

  test('finds its token by the library when none is given', async () => {
    vi.stubEnv('GCE_METADATA_HOST', new URL(service.url).host);
    vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
    vi.stubEnv('HOME', '/nonexistent');
    vi.stubEnv('CLOUDSDK_CONFIG', '/nonexistent');
    const provider = await googleKms({ keyName: GOOGLE_KEY, endpoint: service.url });
    const wrapped = await provider.wrap(Buffer.alloc(32, 1), CONTEXT);
    expect(Buffer.from(await provider.unwrap(wrapped, CONTEXT))).toEqual(Buffer.alloc(32, 1));
    expect(service.requests.some(({ path }) => path.includes('/token'))).toBe(true);
  });

  test('does without a token that hangs or fails', async () => {
    const tokens = [() => new Promise<string>(() => {}), () => Promise.reject(new Error('hushed'))];
    for (const token of tokens) {
      const provider = await googleKms({ keyName: GOOGLE_KEY, endpoint: service.url, token, timeoutMs: 200 });
      const error = await provider.wrap(Buffer.alloc(32), CONTEXT).catch((thrown) => thrown);
      expect(error).toMatchObject(UNAVAILABLE);
      expect(inspect(error)).not.toContain('hushed');
    }
    expect(service.requests).toHaveLength(0);
  });

  test.each(['', 'key', `${GOOGLE_KEY}/cryptoKeyVersions/1`, `${GOOGLE_KEY}?x=1`, `/${GOOGLE_KEY}`])(
    'has no key of the name %j',
    async (keyName) => {
      const opening = googleKms({ keyName, token: async () => '' });
      await expect(opening).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    },
  );
});
