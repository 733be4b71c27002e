import { AquiferError, type ErrorCode, messageOf } from '../../errors/index.js';
import { DatabaseError } from '../../relational/index.js';
import { type Constraint, DriverAdapterError, type MappedError } from './driver-adapter.js';

type Facts = Readonly<Record<'constraint' | 'table' | 'column', string | undefined>>;

/** An error of the scope as one that Prisma makes its codes of (P2002, P2003, P2034 …). */
export function toDriverAdapterError(error: unknown): unknown {
  if (!(error instanceof AquiferError)) return error;
  const sqlstate = error instanceof DatabaseError ? error.sqlstate : undefined;
  const message = serverMessage(error);
  const mapped =
    (sqlstate !== undefined && bySqlstate(sqlstate, message, error.facts as Facts)) || byCode(error);
  return new DriverAdapterError(error.code, {
    originalCode: sqlstate ?? error.code,
    originalMessage: message,
    ...mapped,
  });
}

function bySqlstate(sqlstate: string, message: string, facts: Facts): MappedError | undefined {
  switch (sqlstate) {
    case '23505':
      return {
        kind: 'UniqueConstraintViolation',
        ...constraintOf(facts),
        ...(facts.table && { table: facts.table }),
      };
    case '23503':
      return { kind: 'ForeignKeyConstraintViolation', ...constraintOf(facts) };
    case '23001':
      return { kind: 'RestrictViolation', ...constraintOf(facts) };
    case '23502':
      return {
        kind: 'NullConstraintViolation',
        ...(facts.column && { constraint: { fields: [facts.column] } }),
      };
    case '22001':
      return { kind: 'LengthMismatch', ...(facts.column && { column: facts.column }) };
    case '22003':
      return { kind: 'ValueOutOfRange', cause: message };
    case '22P02':
      return { kind: 'InvalidInputValue', message };
    case '40001':
    case '40P01':
      return { kind: 'TransactionWriteConflict' };
    case '42P01':
      return {
        kind: 'TableDoesNotExist',
        ...named('table', /relation "(.+?)" does not exist/.exec(message)),
      };
    case '42703':
      return { kind: 'ColumnNotFound', ...named('column', /column (.+) does not exist/.exec(message)) };
    default:
      return undefined;
  }
}

const KIND_BY_CODE: Partial<Record<ErrorCode, MappedError>> = {
  AQF_CONNECTION_LOST: { kind: 'ConnectionClosed' },
  AQF_DATABASE_UNAVAILABLE: { kind: 'DatabaseNotReachable' },
  AQF_STATEMENT_TIMEOUT: { kind: 'SocketTimeout' },
};

/** What Prisma has no kind for keeps its code: an SQLSTATE, or one of Aquifer's. */
function byCode(error: AquiferError): MappedError {
  const known = KIND_BY_CODE[error.code];
  if (known) return known;
  const message = serverMessage(error);
  if (error.code === 'AQF_POOL_EXHAUSTED') return { kind: 'TooManyConnections', cause: message };
  const code = (error instanceof DatabaseError && error.sqlstate) || error.code;
  return {
    kind: 'postgres',
    code,
    severity: 'ERROR',
    message,
    detail: undefined,
    column: undefined,
    hint: error.hint,
  };
}

function constraintOf({ constraint, column }: Facts): { readonly constraint?: Constraint } {
  if (constraint) return { constraint: { index: constraint } };
  return column ? { constraint: { fields: [column] } } : {};
}

function named<K extends string>(key: K, match: RegExpExecArray | null): { readonly [P in K]?: string } {
  return (match?.[1] === undefined ? {} : { [key]: match[1] }) as { readonly [P in K]?: string };
}

/** What the server said, which Prisma's messages quote. */
function serverMessage(error: AquiferError): string {
  return error.cause instanceof Error ? messageOf(error.cause) : error.message;
}
