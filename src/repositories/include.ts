import type { Row, Statement } from '../relational/index.js';
import { arrayLiteral } from './fields/array-literal.js';
import type { Field } from './fields/field.js';
import { LIMITS } from './limits.js';
import { fieldNamed, type Model, modelOf } from './model.js';
import { BELONGS_TO_OPTIONS, checkedOptions, HAS_MANY_OPTIONS, type LooseOptions } from './options.js';
import { isRecord, refused, unknownField } from './refusals.js';
import { type FilterContext, writeFilter } from './statements/filter.js';
import { orderTerms, orderText } from './statements/order.js';
import { checkLimit } from './statements/page.js';
import type { Selection } from './statements/selection.js';

/** A relation that is to be read along. */
export interface IncludePlan {
  readonly name: string;
  readonly many: boolean;
  readonly target: Model;
  /** What holds the reference in the rows that are there, and what it names in those that are read. */
  readonly parentField: Field;
  readonly childField: Field;
  readonly options: LooseOptions;
}

/** @throws AQF_FIELD_UNKNOWN, AQF_ARGUMENT_INVALID */
export function planIncludes(model: Model, include: unknown, depth: number): readonly IncludePlan[] {
  if (include === undefined) return [];
  if (!isRecord(include)) throw refused(model.entity, 'include is an object of relations');
  if (depth > LIMITS.includeDepth)
    throw refused(model.entity, `includes nest at most ${LIMITS.includeDepth} deep`);
  return Object.keys(include).map((name) => planInclude(model, name, include[name]));
}

function planInclude(model: Model, name: string, asked: unknown): IncludePlan {
  const relation = Object.hasOwn(model.relations, name) ? model.relations[name] : undefined;
  if (!relation) throw unknownField(model.entity, 'relation', name);
  const many = relation.kind === 'hasMany';
  const target = modelOf(relation.target());
  const known = many ? HAS_MANY_OPTIONS : BELONGS_TO_OPTIONS;
  return {
    name,
    many,
    target,
    parentField: many ? model.key : fieldNamed(model, relation.field),
    childField: many ? fieldNamed(target, relation.field) : target.key,
    options: asked === true ? {} : checkedOptions(target.entity, asked ?? null, known),
  };
}

/** The rows that parents share a reference to, by that reference as it is bound. */
export type ParentGroups = ReadonlyMap<string, readonly Row[]>;

export function groupParents({ parentField }: IncludePlan, rows: readonly Row[]): ParentGroups {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const value = row[parentField.property];
    if (value === null || value === undefined) continue;
    const reference = String(parentField.encode(value));
    const group = groups.get(reference);
    if (group) group.push(row);
    else groups.set(reference, [row]);
  }
  return groups;
}

/** Which parent a row belongs to, counted from 1. */
export const PARENT = 'aq$parent';

/**
 * One statement for all parents: each looks up its own rows by index, so that a limit holds for each of them.
 * The rows of one parent come in their order.
 */
export function includeStatement(
  context: FilterContext,
  plan: IncludePlan,
  selection: Selection,
  groups: ParentGroups,
): Statement {
  const { target, childField, many, options } = plan;
  const { parameters } = context;
  const limit = many ? checkLimit(target, options.limit) : 1;
  if (groups.size * limit > LIMITS.included) {
    throw refused(target.entity, `an include may bring ${LIMITS.included} rows at most; lower a limit`);
  }
  const references = `${parameters.bind(arrayLiteral([...groups.keys()]))}::text[]::${childField.cast}[]`;
  const filter = writeFilter(context, options.where);
  const order = orderText(orderTerms(target, options.orderBy));
  const text =
    `select "aq$rows".*, "aq$given"."aq$at"::integer as "${PARENT}" ` +
    `from unnest(${references}) with ordinality as "aq$given" ("aq$value", "aq$at") cross join lateral (` +
    `select ${selection.text} from ${target.table} where ${childField.column} = "aq$given"."aq$value"` +
    `${filter === undefined ? '' : ` and ${filter}`} order by ${order} limit ${parameters.bind(limit)}) as "aq$rows"`;
  return target.names.statement(text, parameters.values);
}

/** The parent of each row, taken off the rows. */
export function takeParents(rows: readonly Row[]): number[] {
  return rows.map((row) => {
    const parent = row[PARENT] as number;
    delete row[PARENT];
    return parent;
  });
}

/** Hangs the rows under their parents: an array of many, one or null. */
export function attach(
  { name, many }: IncludePlan,
  all: readonly Row[],
  groups: ParentGroups,
  rows: readonly Row[],
  parents: readonly number[],
): void {
  for (const row of all) row[name] = many ? [] : null;
  const inOrder = [...groups.values()];
  rows.forEach((row, index) => {
    for (const parent of inOrder[(parents[index] as number) - 1] ?? []) {
      if (many) (parent[name] as Row[]).push(row);
      else parent[name] = row;
    }
  });
}
