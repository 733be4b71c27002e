import pg from 'pg';

/** Object identifiers of date, timestamp, timestamptz and interval (pg_type.dat), which stay text in raw rows. */
const TEXT_TYPES = new Set([1082, 1114, 1184, 1186]);

export const RAW_TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((type: number, format?: 'text' | 'binary') =>
    TEXT_TYPES.has(type)
      ? (text: string) => text
      : pg.types.getTypeParser(type, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};
