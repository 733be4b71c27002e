import { belongsTo, date, entity, integer, text } from 'aquifer/entities';

/** Whom the handbook's page on suppliers speaks of. */
export const suppliers = entity('suppliers', {
  columns: {
    code: text().notNull(),
    name: text().notNull(),
    service: text().notNull(),
    risk: text({ enum: ['critical', 'important', 'ordinary'] }).notNull(),
    owner: text().notNull(),
    annualCost: integer('annual_cost').notNull().default(0),
    contractEnds: date('contract_ends'),
    lastReview: date('last_review'),
    notes: text(),
  },
  key: 'code',
  traits: {
    softDelete: true,
    audited: true,
    versioned: true,
    events: true,
    timestamps: true,
    searchable: { text: ['name', 'service'], semantic: ['notes'] },
  },
});

export const contacts = entity('contacts', {
  columns: {
    supplierCode: text('supplier_code').notNull(),
    name: text().notNull(),
    role: text().notNull(),
    email: text().notNull(),
    phone: text(),
  },
  traits: {
    softDelete: true,
    audited: true,
    versioned: true,
    timestamps: true,
    encrypted: { columns: ['phone'] },
  },
  relations: { supplier: belongsTo(() => suppliers, { field: 'supplierCode', onSoftDelete: 'cascade' }) },
});

export default [suppliers, contacts];
