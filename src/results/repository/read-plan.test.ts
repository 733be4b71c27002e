import { describe, expect, test } from 'vitest';
import {
  belongsTo,
  customType,
  entity,
  hasMany,
  integer,
  numeric,
  text,
  uuid,
  withRelations,
} from '../../entities/index.js';
import { ReadPlans } from './read-plan.js';

const EVENTS = { events: true } as const;
const people = entity('people', {
  columns: { email: text('email').notNull() },
  traits: { ...EVENTS, encrypted: { columns: ['email'] } },
});
const orders = entity('orders', {
  columns: { buyerId: uuid('buyer_id'), total: integer('total') },
  traits: EVENTS,
  relations: { buyer: belongsTo(() => people, { field: 'buyerId' }) },
});
const lines = entity('lines', {
  columns: { orderId: uuid('order_id') },
  relations: { order: belongsTo(() => orders, { field: 'orderId' }) },
});
const ordersWithLines = withRelations(orders, { lines: hasMany(() => lines, { field: 'orderId' }) });
const ID = 'ABCDEF00-0000-4000-8000-000000000000';

describe('where reads are kept', () => {
  test('a row is tagged with itself, however its key is written; a list with its entity', () => {
    const plans = new ReadPlans({ entity: orders, tenantId: 'acme' }, { tags: ['mine'] });
    const upper = plans.planById(ID, undefined);
    expect(upper).toEqual(plans.planById(ID.toLowerCase(), undefined));
    expect(upper?.policy.tags).toEqual(['mine', `entity:orders:${ID.toLowerCase()}`]);
    expect(plans.plan('many', undefined).policy.tags).toEqual(['mine', 'entity:orders']);
  });

  test('a row with options is another entry than the row, and each has its key', () => {
    const plans = new ReadPlans({ entity: orders, tenantId: 'acme' }, {});
    const asked = [undefined, {}, { select: ['total'] }, { includeDeleted: true }];
    const keys = asked.map((options) => plans.planById(ID, options)?.key);
    expect(new Set(keys).size).toBe(4);
    const kinds = (['many', 'one', 'count', 'exists'] as const).map((kind) => plans.plan(kind, {}).key);
    expect(new Set([...keys, ...kinds]).size).toBe(8);
  });

  test('what is read along adds its tags, and keeps rows in this process when it is encrypted', () => {
    const plans = new ReadPlans({ entity: orders, tenantId: 'acme' }, {});
    expect(plans.planById(ID, {})?.policy).toMatchObject({ l2: true });
    expect(plans.planById(ID, { include: { buyer: true } })?.policy).toEqual({
      l2: false,
      tags: [`entity:orders:${ID.toLowerCase()}`, 'entity:people'],
    });
    expect(plans.planById(ID, { include: { buyer: undefined, unknown: true } })?.policy.l2).toBe(true);
  });

  test('what is read along must tell its changes, however deep it lies', () => {
    const include = { lines: { include: { order: { include: { buyer: true } } } } };
    const code = 'AQF_ENTITY_INVALID';
    const strict = new ReadPlans({ entity: ordersWithLines, tenantId: 'acme' }, {});
    expect(() => strict.plan('many', { include })).toThrowError(expect.objectContaining({ code }));
    const lenient = new ReadPlans({ entity: ordersWithLines, tenantId: 'acme' }, { untold: 'ttl' });
    const { tags } = lenient.plan('many', { include }).policy;
    expect(tags?.toSorted()).toEqual(['entity:lines', 'entity:orders', 'entity:orders', 'entity:people']);
  });

  test('a key that can be written in several ways is tagged with its entity', () => {
    const priced = entity('priced', {
      key: 'price',
      columns: { price: numeric('price').notNull() },
      traits: EVENTS,
    });
    const plans = new ReadPlans({ entity: priced, tenantId: 'acme' }, {});
    expect(plans.planById('1.5', undefined)?.policy.tags).toEqual(['entity:priced']);
  });

  test('a key that names no row is not looked for', () => {
    expect(
      new ReadPlans({ entity: orders, tenantId: 'acme' }, {}).planById('no uuid', undefined),
    ).toBeUndefined();
  });

  test('rows of other columns are other entries: two versions of a program may run at once', () => {
    const later = entity('orders', { columns: { total: text('total') }, traits: EVENTS });
    const keyOf = (each: typeof orders | typeof later) =>
      new ReadPlans({ entity: each, tenantId: 'acme' }, {}).planById(ID, undefined)?.key;
    expect(keyOf(later)).not.toBe(keyOf(orders));
  });

  test('rows with values of types of their own stay in this process', () => {
    const point = customType<{ data: URL; driverData: string }>({
      dataType: () => 'text',
      fromDriver: (value) => new URL(value),
    });
    const links = entity('links', { columns: { url: point('url') }, traits: EVENTS });
    expect(new ReadPlans({ entity: links, tenantId: 'acme' }, {}).plan('many', {}).policy.l2).toBe(false);
    expect(new ReadPlans({ entity: links, tenantId: 'acme' }, { l2: true }).plan('many', {}).policy.l2).toBe(
      true,
    );
  });
});
