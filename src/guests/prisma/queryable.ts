import { createHash } from 'node:crypto';
import { AquiferError } from '../../errors/index.js';
import { controlOf, type RawResult, type Statement } from '../../relational/index.js';
import { bindable } from './arguments.js';
import { columnOf } from './columns.js';
import { DriverAdapterError, type SqlQuery, type SqlQueryable, type SqlResultSet } from './driver-adapter.js';
import { toDriverAdapterError } from './errors.js';
import { tellingDelete } from './soft-delete.js';

export const ADAPTER_NAME = 'aquifer';

/** Statements of Prisma, wherever they run. */
export abstract class PrismaQueryable implements SqlQueryable {
  readonly provider = 'postgres';
  readonly adapterName = ADAPTER_NAME;

  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return toResultSet(await this.#run(tellingDelete(query.sql) ?? query.sql, query));
  }

  async executeRaw(query: SqlQuery): Promise<number> {
    const telling = tellingDelete(query.sql);
    const { rows, affected } = await this.#run(telling ?? query.sql, query);
    return telling === undefined ? affected : rows.length;
  }

  protected abstract run(statement: Statement): Promise<RawResult>;

  async #run(text: string, query: SqlQuery): Promise<RawResult> {
    try {
      if (controlOf(text).kind !== 'none') throw transactionsArePrismas();
      return await this.run({ text, values: bindable(query), name: nameOf(text) });
    } catch (error) {
      throw toDriverAdapterError(error);
    }
  }
}

/** A COMMIT in a raw query would end the transaction, and the scope with it, without anyone knowing. */
function transactionsArePrismas(): AquiferError {
  return new AquiferError('AQF_NOT_SUPPORTED', 'Transactions are begun and ended by $transaction alone.');
}

/** Prisma writes the same text for the same call, so the server need plan it only once a connection. */
function nameOf(text: string): string {
  return `prisma_${createHash('sha1').update(text).digest('base64url')}`;
}

function toResultSet({ rows, fields }: RawResult): SqlResultSet {
  const columns = fields.map(({ dataTypeID }) => {
    const column = columnOf(dataTypeID);
    if (column) return column;
    throw new DriverAdapterError('AQF_NOT_SUPPORTED', {
      kind: 'UnsupportedNativeDataType',
      type: `oid ${dataTypeID}`,
    });
  });
  return {
    columnNames: fields.map(({ name }) => name),
    columnTypes: columns.map(({ type }) => type),
    rows: rows.map((row) => row.map((value, at) => (value === null ? null : columns[at]?.convert(value)))),
  };
}
