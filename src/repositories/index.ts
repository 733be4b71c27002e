export type { ScopedDrizzle } from './drizzle-handle.js';
export type { ChangedRow, ChangeListener, RowChange } from './executor.js';
export { LIMITS as REPOSITORY_LIMITS } from './limits.js';
export { Repository } from './repository.js';
export { BaseSession, Session, type SessionOptions } from './session.js';
export type { Ranking } from './statements/ranked.js';
export type {
  Condition,
  CountOptions,
  Direction,
  FieldName,
  FindManyOptions,
  FindOneOptions,
  Found,
  Include,
  OrderBy,
  Page,
  Ranked,
  RankedOptions,
  ReadOptions,
  StreamOptions,
  UpsertOptions,
  Where,
} from './types.js';
