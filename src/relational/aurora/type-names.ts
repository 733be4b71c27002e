/** Object identifiers by the names that column metadata gives (pg_type.dat). */
const OIDS: Readonly<Record<string, number>> = {
  bool: 16,
  bytea: 17,
  char: 18,
  name: 19,
  int8: 20,
  bigserial: 20,
  int2: 21,
  smallserial: 21,
  int4: 23,
  serial: 23,
  text: 25,
  oid: 26,
  json: 114,
  cidr: 650,
  float4: 700,
  float8: 701,
  inet: 869,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  void: 2278,
  uuid: 2950,
  jsonb: 3802,
};

/** Of the array types, whose names are those of their elements after an underscore. */
const ARRAY_OIDS: Readonly<Record<string, number>> = {
  _bool: 1000,
  _bytea: 1001,
  _name: 1003,
  _int2: 1005,
  _int4: 1007,
  _text: 1009,
  _bpchar: 1014,
  _varchar: 1015,
  _int8: 1016,
  _float4: 1021,
  _float8: 1022,
  _timestamp: 1115,
  _date: 1182,
  _time: 1183,
  _timestamptz: 1185,
  _numeric: 1231,
  _json: 199,
  _uuid: 2951,
  _jsonb: 3807,
};

const TEXT = 25;

/** Text for types that are not PostgreSQL's own, such as `vector` and enumerations. */
export function oidOf(typeName: string): number {
  return OIDS[typeName] ?? ARRAY_OIDS[typeName] ?? TEXT;
}

/** The name of the element type; undefined for what is no array. */
export function elementOf(typeName: string): string | undefined {
  return typeName.startsWith('_') ? typeName.slice(1) : undefined;
}
