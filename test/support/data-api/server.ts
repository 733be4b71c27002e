import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExecuteRequest, execute } from './execute.js';
import { databaseFault, ServiceFault } from './service-fault.js';
import { Sessions } from './sessions.js';

export type Operation =
  | 'BeginTransaction'
  | 'Execute'
  | 'BatchExecute'
  | 'CommitTransaction'
  | 'RollbackTransaction';

/** What is to go wrong with a call. */
export type Trouble =
  | ServiceFault
  /** The connection ends before anything was done. */
  | 'lost request'
  /** The connection ends after all was done. */
  | 'lost answer'
  /** Nothing is done and nothing is said. */
  | 'silence'
  /** This one goes well. */
  | 'none';

export interface FakeDataApiOptions {
  /** Milliseconds after which an idle transaction is rolled back. @default 180000, as the service has it */
  readonly idleTransactionMs?: number;
  /** Whether an error of the database ends its transaction. @default false */
  readonly errorsEndTransactions?: boolean;
}

interface Request extends ExecuteRequest {
  readonly resourceArn?: string;
  readonly secretArn?: string;
  readonly transactionId?: string;
  readonly parameterSets?: readonly ExecuteRequest['parameters'][];
}

const MOST_REQUEST_BYTES = 4 * 1024 * 1024;
export const RESOURCE_ARN = 'arn:aws:rds:eu-central-1:123456789012:cluster:test';
export const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:test-AbCdEf';

/**
 * The wire format of the RDS Data API (service model rds-data 2018-08-01, REST-JSON) over a real PostgreSQL, with
 * the limits that the Aurora User Guide gives for Aurora Serverless v2: one statement a call, one call at a time
 * in a transaction, no arrays as parameters, 1 MiB an answer, idle transactions end.
 */
export class FakeDataApi {
  /** Every call that came in, in order. */
  readonly calls: Operation[] = [];
  readonly #options: FakeDataApiOptions;
  readonly #sessions: Sessions;
  readonly #server: Server;
  readonly #troubles = new Map<Operation, Trouble[]>();

  private constructor(databaseUrl: string, options: FakeDataApiOptions) {
    this.#options = options;
    this.#sessions = new Sessions(databaseUrl, options.idleTransactionMs ?? 180_000);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(databaseUrl: string, options: FakeDataApiOptions = {}): Promise<FakeDataApi> {
    const fake = new FakeDataApi(databaseUrl, options);
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get openTransactions(): number {
    return this.#sessions.size;
  }

  /** Calls go well from now on. */
  recover(): void {
    this.#troubles.clear();
  }

  /** The next calls of this operation go wrong, `times` of them. */
  trouble(operation: Operation, trouble: Trouble, times = 1): void {
    const queue = this.#troubles.get(operation) ?? [];
    this.#troubles.set(operation, [...queue, ...Array.from({ length: times }, () => trouble)]);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await this.#sessions.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = request.url?.slice(1) as Operation;
    const body = Buffer.concat(await request.toArray());
    this.calls.push(operation);
    const trouble = this.#troubles.get(operation)?.shift();
    if (trouble === 'silence') return;
    if (trouble === 'lost request') return void request.socket.destroy();
    try {
      if (trouble instanceof ServiceFault) throw trouble;
      assertSigned(request);
      const answer = await this.#perform(operation, parse(body));
      if (trouble === 'lost answer') return void request.socket.destroy();
      send(response, 200, {}, answer);
    } catch (error) {
      const { type, status, message } = error instanceof ServiceFault ? error : databaseFault(error);
      send(response, status, { 'x-amzn-errortype': `${type}:http://internal.amazon.com/` }, { message });
    }
  }

  async #perform(operation: Operation, request: Request): Promise<object> {
    assertKnown(request);
    switch (operation) {
      case 'BeginTransaction':
        return { transactionId: await this.#sessions.begin() };
      case 'Execute':
        return this.#execute(request, request);
      case 'BatchExecute':
        return this.#executeBatch(request);
      case 'CommitTransaction':
        await this.#sessions.end(idOf(request), 'commit');
        return { transactionStatus: 'Transaction Committed' };
      case 'RollbackTransaction':
        await this.#sessions.end(idOf(request), 'rollback');
        return { transactionStatus: 'Rollback Complete' };
      default:
        throw new ServiceFault('UnknownOperationException', 'Unknown operation', 404);
    }
  }

  async #execute({ transactionId }: Request, statement: ExecuteRequest): Promise<object> {
    try {
      return await this.#sessions.use(transactionId, (client) => execute(client, statement));
    } catch (error) {
      const isOfDatabase = error instanceof ServiceFault && error.message.includes('SQLState');
      if (transactionId !== undefined && isOfDatabase && this.#options.errorsEndTransactions) {
        await this.#sessions.end(transactionId, 'rollback');
      }
      throw error;
    }
  }

  async #executeBatch(request: Request): Promise<object> {
    const updateResults: object[] = [];
    for (const parameters of request.parameterSets ?? []) {
      await this.#execute(request, { sql: request.sql, ...(parameters ? { parameters } : {}) });
      updateResults.push({ generatedFields: [] });
    }
    return { updateResults };
  }
}

function parse(body: Buffer): Request {
  if (body.length > MOST_REQUEST_BYTES) {
    throw new ServiceFault('RequestEntityTooLargeException', 'Request too large', 413);
  }
  return JSON.parse(body.toString('utf8')) as Request;
}

/** The signature is not verified, but there must be one of this service. */
function assertSigned({ headers }: IncomingMessage): void {
  if (/^AWS4-HMAC-SHA256 Credential=\S+\/rds-data\/aws4_request,/.test(headers.authorization ?? '')) return;
  throw new ServiceFault('AccessDeniedException', 'Missing Authentication Token', 403);
}

function assertKnown({ resourceArn, secretArn }: Request): void {
  if (resourceArn !== RESOURCE_ARN) {
    throw new ServiceFault('BadRequestException', `HttpEndpoint is not enabled for cluster ${resourceArn}`);
  }
  if (secretArn !== SECRET_ARN) {
    throw new ServiceFault('SecretsErrorException', 'Secrets Manager can’t find the specified secret.');
  }
}

function idOf({ transactionId }: Request): string {
  if (transactionId !== undefined) return transactionId;
  throw new ServiceFault('ValidationException', 'transactionId must not be null');
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
