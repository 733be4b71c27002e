import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32c } from '../../src/encryption/providers/crc32c.js';

export interface Request {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

/** A key management service on loopback: notes what it is asked, and can be told to answer otherwise. */
export interface FakeService {
  readonly url: string;
  readonly requests: Request[];
  /** Answers for the next requests; `hang` never answers, `cut` closes the connection. */
  readonly next: (Answer | 'hang' | 'cut')[];
  /** Changes what it would answer. */
  alter: (answer: Answer) => Answer;
  close(): Promise<void>;
}

async function startService(serve: (request: Request) => Answer): Promise<FakeService> {
  const requests: Request[] = [];
  const next: FakeService['next'] = [];
  const server = createServer(async (message, response) => {
    const request = await readRequest(message);
    requests.push(request);
    const told = next.shift();
    if (told === 'hang') return;
    if (told === 'cut') return void message.socket.destroy();
    reply(response, told ?? fake.alter(serve(request)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    next,
    alter: (answer) => answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}

async function readRequest(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return { path: message.url ?? '', headers: message.headers, body: text ? JSON.parse(text) : {} };
}

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** What both services do inside: AES-256-GCM under a key that never leaves, with associated data. */
class MasterKey {
  readonly #key = randomBytes(32);

  encrypt(plain: Buffer, associated: Buffer): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(associated);
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  decrypt(sealed: Buffer, associated: Buffer): Buffer | undefined {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, 12)).setAAD(associated);
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = decipher.update(sealed.subarray(12, -16));
    try {
      return Buffer.concat([plain, decipher.final()]);
    } catch {
      return undefined;
    }
  }
}

const bytes = (value: unknown) => Buffer.from(String(value ?? ''), 'base64');

export const AWS_KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** AWS KMS: JSON 1.1 over POST /, the operation in X-Amz-Target (AWS KMS API Reference, Encrypt and Decrypt). */
export function startAwsKms(): Promise<FakeService> {
  const master = new MasterKey();
  const error = (type: string): Answer => ({
    status: 400,
    headers: { 'x-amzn-errortype': type },
    body: { __type: type, message: `${type} for hushed` },
  });
  return startService(({ headers, body }) => {
    if (headers['content-type'] !== 'application/x-amz-json-1.1') return error('SerializationException');
    if (
      !/^AWS4-HMAC-SHA256 Credential=.+\/kms\/aws4_request,.*Signature=[0-9a-f]{64}$/.test(
        headers.authorization ?? '',
      )
    ) {
      return error('IncompleteSignatureException');
    }
    if (body.KeyId !== AWS_KEY) return error('NotFoundException');
    const context = Object.entries((body.EncryptionContext ?? {}) as Record<string, string>).sort();
    const associated = Buffer.from(JSON.stringify(context));
    const common = { KeyId: AWS_KEY, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    const send = (answer: object): Answer => ({
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: { ...common, ...answer },
    });
    if (headers['x-amz-target'] === 'TrentService.Encrypt') {
      return send({ CiphertextBlob: master.encrypt(bytes(body.Plaintext), associated).toString('base64') });
    }
    if (headers['x-amz-target'] === 'TrentService.Decrypt') {
      const plain = master.decrypt(bytes(body.CiphertextBlob), associated);
      return plain ? send({ Plaintext: plain.toString('base64') }) : error('InvalidCiphertextException');
    }
    return error('UnknownOperationException');
  });
}

export const GOOGLE_KEY = 'projects/acme/locations/europe-west3/keyRings/aquifer/cryptoKeys/tenants';
export const GOOGLE_TOKEN = 'ya29.hushed-token';

/** Google Cloud KMS, REST v1: cryptoKeys.encrypt and cryptoKeys.decrypt, numbers of 64 bits as text. */
export function startGoogleKms(): Promise<FakeService> {
  const master = new MasterKey();
  const error = (status: number, name: string): Answer => ({
    status,
    body: { error: { code: status, message: `${name} for hushed`, status: name } },
  });
  const isIntact = (body: Record<string, unknown>, name: string) =>
    String(crc32c(bytes(body[name]))) === body[`${name}Crc32c`];
  return startService(({ path, headers, body }) => {
    if (
      path === '/computeMetadata/v1/instance/service-accounts/default/token' ||
      path.startsWith('/computeMetadata')
    ) {
      return {
        status: 200,
        headers: { 'metadata-flavor': 'Google' },
        body: { access_token: GOOGLE_TOKEN, expires_in: 3599, token_type: 'Bearer' },
      };
    }
    if (headers.authorization !== `Bearer ${GOOGLE_TOKEN}`) return error(401, 'UNAUTHENTICATED');
    const associated = bytes(body.additionalAuthenticatedData);
    if (!isIntact(body, 'additionalAuthenticatedData')) return error(400, 'INVALID_ARGUMENT');
    if (path === `/v1/${GOOGLE_KEY}:encrypt`) {
      if (!isIntact(body, 'plaintext')) return error(400, 'INVALID_ARGUMENT');
      const ciphertext = master.encrypt(bytes(body.plaintext), associated);
      return {
        status: 200,
        body: {
          name: `${GOOGLE_KEY}/cryptoKeyVersions/1`,
          ciphertext: ciphertext.toString('base64'),
          ciphertextCrc32c: String(crc32c(ciphertext)),
          verifiedPlaintextCrc32c: true,
          verifiedAdditionalAuthenticatedDataCrc32c: true,
          protectionLevel: 'SOFTWARE',
        },
      };
    }
    if (path !== `/v1/${GOOGLE_KEY}:decrypt`) return error(404, 'NOT_FOUND');
    const plain = isIntact(body, 'ciphertext')
      ? master.decrypt(bytes(body.ciphertext), associated)
      : undefined;
    if (!plain) return error(400, 'INVALID_ARGUMENT');
    return {
      status: 200,
      body: {
        plaintext: plain.toString('base64'),
        plaintextCrc32c: String(crc32c(plain)),
        usedPrimary: true,
        protectionLevel: 'SOFTWARE',
      },
    };
  });
}
