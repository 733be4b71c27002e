export { observed } from './observed-provider.js';
export type { ObservedStatement, StatementObserver } from './observed-statement.js';
export { type SlowStatement, SlowStatements, withoutValues } from './slow-statements.js';
