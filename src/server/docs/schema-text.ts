type Json = Readonly<Record<string, unknown>>;

const DEEPEST = 5;

/** A JSON Schema as people write a shape: `{ name: string, limit?: integer }`. */
export function schemaText(schema: Json, depth = 0): string {
  const { type, enum: values, const: value, anyOf, oneOf, properties, items, prefixItems } = schema;
  if (value !== undefined) return JSON.stringify(value);
  if (Array.isArray(values)) return values.map((each) => JSON.stringify(each)).join(' | ');
  const choices = (anyOf ?? oneOf) as readonly Json[] | undefined;
  if (choices) return [...new Set(choices.map((each) => schemaText(each, depth)))].join(' | ');
  if (Array.isArray(prefixItems))
    return `[${prefixItems.map((each: Json) => schemaText(each, depth + 1)).join(', ')}]`;
  if (type === 'array') return `[${schemaText((items ?? {}) as Json, depth + 1)}, …]`;
  if (properties && depth < DEEPEST) return objectText(schema, depth);
  if (type === 'object') return objectOf(schema, depth);
  return formatOf(schema);
}

function objectText({ properties, required }: Json, depth: number): string {
  const needed = new Set((required ?? []) as readonly string[]);
  const inner = '  '.repeat(depth + 1);
  const lines = Object.entries(properties as Readonly<Record<string, Json>>).map(
    ([name, property]) =>
      `${inner}${name}${needed.has(name) ? '' : '?'}: ${schemaText(property, depth + 1)}${note(property)}`,
  );
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
}

function objectOf({ additionalProperties }: Json, depth: number): string {
  const isMap = typeof additionalProperties === 'object' && additionalProperties !== null;
  return isMap ? `{ [name]: ${schemaText(additionalProperties as Json, depth + 1)} }` : '{ … }';
}

function formatOf({ type, format }: Json): string {
  if (typeof format === 'string') return format;
  return Array.isArray(type) ? type.join(' | ') : String(type ?? 'anything');
}

function note({ description }: Json): string {
  return typeof description === 'string' ? `   # ${description}` : '';
}
