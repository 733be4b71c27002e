import type { TenantCipher } from '../../encryption/index.js';
import { arrayLiteral } from '../fields/array-literal.js';
import type { Field } from '../fields/field.js';
import { LIMITS } from '../limits.js';
import { fieldNamed, type Model } from '../model.js';
import { isRecord, refused, unknownField } from '../refusals.js';
import type { Parameters } from './parameters.js';

/** What a filter is written with. */
export interface FilterContext {
  readonly model: Model;
  readonly parameters: Parameters;
  /** There when the entity has encrypted columns. */
  readonly cipher: TenantCipher | undefined;
}

/**
 * A filter as a condition of SQL; undefined when it asks for nothing. Names come from the model, values are bound.
 * @throws AQF_FIELD_UNKNOWN, AQF_ARGUMENT_INVALID
 */
export function writeFilter(context: FilterContext, where: unknown): string | undefined {
  if (where === undefined) return undefined;
  return new FilterWriter(context).group(where, 1);
}

type Operator = (field: Field, value: unknown, writer: FilterWriter) => string;

class FilterWriter {
  readonly #context: FilterContext;
  #conditions = 0;

  constructor(context: FilterContext) {
    this.#context = context;
  }

  group(where: unknown, depth: number): string | undefined {
    const { model } = this.#context;
    if (!isRecord(where)) throw refused(model.entity, 'a filter is an object');
    if (depth > LIMITS.filterDepth)
      throw refused(model.entity, `a filter is nested at most ${LIMITS.filterDepth} deep`);
    const parts: string[] = [];
    for (const name of Object.keys(where)) {
      const value = where[name];
      const part = this.#isConnective(name)
        ? this.#connective(name, value, depth)
        : this.#condition(fieldNamed(model, name), value);
      if (part !== undefined) parts.push(part);
    }
    return parts.length === 0 ? undefined : parts.join(' and ');
  }

  bind(value: unknown): string {
    return this.#context.parameters.bind(value);
  }

  refuse(what: string): never {
    throw refused(this.#context.model.entity, what);
  }

  #isConnective(name: string): name is 'and' | 'or' | 'not' {
    return name === 'and' || name === 'or' || name === 'not';
  }

  #connective(name: 'and' | 'or' | 'not', value: unknown, depth: number): string | undefined {
    if (name === 'not') {
      const inner = this.group(value, depth + 1);
      // A condition over null is neither true nor false; what is not true is what is asked for.
      return inner === undefined ? 'false' : `(${inner}) is not true`;
    }
    if (!Array.isArray(value)) this.refuse(`${name} takes an array of filters`);
    const parts = (value as unknown[]).map((where) => this.group(where, depth + 1) ?? 'true');
    if (parts.length === 0) return name === 'or' ? 'false' : undefined;
    return `(${parts.map((part) => `(${part})`).join(` ${name} `)})`;
  }

  #condition(field: Field, value: unknown): string {
    this.#conditions += 1;
    if (this.#conditions > LIMITS.conditions)
      this.refuse(`a filter has at most ${LIMITS.conditions} conditions`);
    if (field.sealed) return this.#sealedCondition(field, value);
    if (value === null) return `${field.column} is null`;
    if (!isRecord(value)) return equals(field, value, this);
    const operators = Object.keys(value);
    if (operators.length === 0) this.refuse(`the condition on ${field.property} is empty`);
    return operators.map((name) => this.#operator(field, name, value[name])).join(' and ');
  }

  #operator(field: Field, name: string, value: unknown): string {
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
    if (!operator) throw unknownField(field.entity, 'operator', name);
    if (!operator.kinds.includes(field.kind) && !(name === 'not' && value === null)) {
      this.refuse(`${field.property} cannot be asked for ${name}`);
    }
    return operator.write(field, value, this);
  }

  /** Encrypted values can be told equal, and nothing else. */
  #sealedCondition(field: Field, value: unknown): string {
    const { cipher, model } = this.#context;
    const { blind } = field;
    if (!blind || !cipher) this.refuse(`${field.property} is encrypted and has no blind index`);
    if (value === null) return `${blind} is null`;
    const index = (plain: unknown) =>
      cipher.blindIndex({ table: model.address, column: field.name }, field.encode(plain) as string);
    if (!isRecord(value)) return `${blind} = ${this.bind(index(value))}`;
    const [operator, ...more] = Object.keys(value);
    if (more.length === 0 && operator === 'eq') return `${blind} = ${this.bind(index(value.eq))}`;
    if (more.length === 0 && operator === 'in') {
      return `${blind} = any(${this.bind(arrayLiteral(listOf(field, value.in, this).map(index)))})`;
    }
    return this.refuse(`${field.property} is encrypted: it can be asked for eq and in only`);
  }
}

const equals: Operator = (field, value, writer) => {
  if (field.kind === 'opaque' || field.kind === 'array')
    writer.refuse(`${field.property} cannot be compared`);
  return `${field.column} = ${writer.bind(encoded(field, value, writer))}`;
};

function compare(operator: string): Operator {
  return (field, value, writer) =>
    `${field.column} ${operator} ${writer.bind(encoded(field, value, writer))}`;
}

function like(operator: 'like' | 'ilike', before: string, after: string): Operator {
  return (field, value, writer) => {
    const text = String(encoded(field, value, writer)).replace(/[\\%_]/g, '\\$&');
    return `${field.column} ${operator} ${writer.bind(`${before}${text}${after}`)}`;
  };
}

function listOf(field: Field, value: unknown, writer: FilterWriter): readonly unknown[] {
  if (!Array.isArray(value)) writer.refuse(`${field.property} takes an array there`);
  if (value.length > LIMITS.list) writer.refuse(`a list has at most ${LIMITS.list} values`);
  return value;
}

function list(field: Field, value: unknown, writer: FilterWriter): string {
  return writer.bind(arrayLiteral(listOf(field, value, writer).map((item) => encoded(field, item, writer))));
}

/** Undefined is never "no condition": that would turn a forgotten value into all rows. */
function encoded(field: Field, value: unknown, writer: FilterWriter): unknown {
  if (value === undefined || value === null) {
    return writer.refuse(`the condition on ${field.property} has no value; null is asked for by itself`);
  }
  return field.encode(value);
}

const COMPARABLE = ['text', 'scalar'] as const;
const TEXT = ['text'] as const;

const OPERATORS: Readonly<
  Record<string, { readonly kinds: readonly Field['kind'][]; readonly write: Operator }>
> = {
  eq: { kinds: COMPARABLE, write: equals },
  not: {
    kinds: COMPARABLE,
    write: (field, value, writer) =>
      value === null
        ? `${field.column} is not null`
        : `${field.column} is distinct from ${writer.bind(encoded(field, value, writer))}`,
  },
  in: {
    kinds: COMPARABLE,
    write: (field, value, writer) => `${field.column} = any(${list(field, value, writer)})`,
  },
  notIn: {
    kinds: COMPARABLE,
    write: (field, value, writer) => `(${field.column} = any(${list(field, value, writer)})) is not true`,
  },
  gt: { kinds: COMPARABLE, write: compare('>') },
  gte: { kinds: COMPARABLE, write: compare('>=') },
  lt: { kinds: COMPARABLE, write: compare('<') },
  lte: { kinds: COMPARABLE, write: compare('<=') },
  contains: { kinds: TEXT, write: like('like', '%', '%') },
  startsWith: { kinds: TEXT, write: like('like', '', '%') },
  endsWith: { kinds: TEXT, write: like('like', '%', '') },
  icontains: { kinds: TEXT, write: like('ilike', '%', '%') },
  istartsWith: { kinds: TEXT, write: like('ilike', '', '%') },
  iendsWith: { kinds: TEXT, write: like('ilike', '%', '') },
  has: {
    kinds: ['array'],
    write: (field, value, writer) =>
      `${field.column} @> ${writer.bind(arrayLiteral([field.encodeElement(value)]))}`,
  },
};
