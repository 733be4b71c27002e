import type { RelationalProvider, Transaction } from '../../src/relational/index.js';

/** The same provider with another way of running transactions. */
export function withTransactions(
  relational: RelationalProvider,
  transaction: RelationalProvider['transaction'],
): RelationalProvider {
  return {
    kind: relational.kind,
    query: (context, statement, options) => relational.query(context, statement, options),
    queryRaw: (context, statement, options) => relational.queryRaw(context, statement, options),
    transaction,
    exclusively: (name, work) => relational.exclusively(name, work),
    listen: (channel, heard) => relational.listen(channel, heard),
    pool: () => relational.pool(),
    isAvailable: () => relational.isAvailable(),
    health: () => relational.health(),
    close: () => relational.close(),
  };
}

/** The same provider with another way of running single statements. */
export function withStatements(
  relational: RelationalProvider,
  query: RelationalProvider['query'],
): RelationalProvider {
  return { ...withTransactions(relational, (...asked) => relational.transaction(...asked)), query };
}

/** The same transaction with another way of running statements. */
export function withQueries(tx: Transaction, query: Transaction['query']): Transaction {
  return {
    query,
    queryRaw: (statement) => tx.queryRaw(statement),
    execute: (sql) => tx.execute(sql),
    savepoint: (work) => tx.savepoint(work),
  };
}
