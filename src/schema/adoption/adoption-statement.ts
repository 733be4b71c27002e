/** A row of `aquifer.entities` as the check reads it. */
export interface AdoptedTable extends Record<string, unknown> {
  readonly oid: string;
  /** Quoted, with its schema. */
  readonly table: string;
  readonly exists: boolean;
  readonly entity: string;
  readonly tenant: string;
  readonly soft_delete: boolean;
  readonly retention: string | null;
  readonly audited: boolean;
  readonly versioned: boolean;
  readonly events: boolean;
  readonly timestamps: boolean;
  readonly encrypted: readonly string[];
  readonly searchable: Readonly<Record<string, readonly string[]>>;
  readonly keys: string;
}

const FLAGS = ['soft_delete', 'audited', 'versioned', 'events', 'timestamps'] as const;

/** The statement that adopts a table with the traits it has: `adopt` turns off what is not asked for. */
export function adoptionStatement(adopted: AdoptedTable): string {
  const { table, entity, tenant, retention, encrypted, searchable, keys } = adopted;
  const traits = [
    `entity => ${literal(entity)}`,
    `tenant => ${literal(tenant)}`,
    ...FLAGS.filter((flag) => adopted[flag]).map((flag) => `${flag} => true`),
    ...(retention === null ? [] : [`retention => ${literal(retention)}`]),
    ...(encrypted.length === 0 ? [] : [`encrypted => ${literal(arrayOf(encrypted))}`]),
    ...(Object.keys(searchable).length === 0 ? [] : [`searchable => ${literal(JSON.stringify(searchable))}`]),
    `keys => ${literal(keys)}`,
  ];
  return `select aquifer.adopt(${literal(table)}, ${traits.join(', ')});`;
}

/** A string constant, whatever standard_conforming_strings says. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** PostgreSQL's text of an array of names. */
function arrayOf(names: readonly string[]): string {
  return `{${names.map((name) => `"${name.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
