import type { ArgType, SqlQuery } from './driver-adapter.js';

/** Prisma's arguments as the provider binds them. */
export function bindable({ args, argTypes }: SqlQuery): unknown[] {
  return args.map((value, at) => toBindable(value, argTypes[at]));
}

function toBindable(value: unknown, type: ArgType | undefined): unknown {
  if (value === null || value === undefined || !type) return value;
  if (Array.isArray(value)) return value.map((item) => toBindable(item, type));
  if (type.scalarType === 'bytes' && typeof value === 'string') return Buffer.from(value, 'base64');
  if (type.scalarType === 'datetime') return moment(value, type.dbType);
  if (typeof value === 'bigint') return value.toString();
  return ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

/** Prisma keeps moments in UTC, whatever the time zone of the session. */
function moment(value: unknown, dbType: string | undefined): unknown {
  const date = value instanceof Date ? value : new Date(String(value));
  if (Number.isNaN(date.getTime())) return value;
  const iso = date.toISOString();
  if (dbType === 'DATE') return iso.slice(0, iso.indexOf('T'));
  if (dbType === 'TIME' || dbType === 'TIMETZ') return iso.slice(iso.indexOf('T') + 1);
  return dbType === 'TIMESTAMPTZ' ? iso : iso.slice(0, -1).replace('T', ' ');
}
