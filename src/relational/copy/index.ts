export { integerColumn, jsonbColumn, textColumn } from './columns.js';
export type { CopyTarget } from './format.js';
export { RowBuffer } from './row-buffer.js';
export { type StagedRows, stage } from './stage.js';
export type { StagedColumn, Staging } from './staging.js';
