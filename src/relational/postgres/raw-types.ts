import pg from 'pg';

/** Object identifiers of date, timestamp, timestamptz and interval (pg_type.dat), which stay text in raw rows. */
const TEXT_TYPES = new Set([1082, 1114, 1184, 1186]);
/** Of their arrays and of numeric[], whose elements node-postgres would make numbers of. */
const TEXT_ARRAY_TYPES = new Set([1182, 1115, 1185, 1187, 1231]);
const TEXT_ARRAY = 1009;

export const RAW_TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((type: number, format?: 'text' | 'binary') => {
    if (TEXT_TYPES.has(type)) return (text: string) => text;
    const asked = TEXT_ARRAY_TYPES.has(type) ? TEXT_ARRAY : type;
    return pg.types.getTypeParser(asked, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};
