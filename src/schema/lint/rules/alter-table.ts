import type { AlterTableCmd, Constraint } from 'libpg-query';
import { nodeAs } from '../parser.js';
import { onStatement, type Remark, type Rule, type Visit } from '../rule.js';
import { tableName } from '../table-name.js';
import { addedColumn } from './added-column.js';

export const alterTable: Rule = onStatement('AlterTableStmt', ({ relation, objtype, cmds = [] }, visit) => {
  const table = tableName(relation);
  if (objtype !== 'OBJECT_TABLE' || visit.file.isNew(table)) return [];
  return cmds.flatMap((item) => {
    const command = nodeAs(item, 'AlterTableCmd');
    return command ? remarksOf(table, command, visit) : [];
  });
});

function remarksOf(table: string, command: AlterTableCmd, visit: Visit): readonly Remark[] {
  const { subtype, name, def } = command;
  const column = nodeAs(def, 'ColumnDef');
  const constraint = nodeAs(def, 'Constraint');
  if (subtype === 'AT_AddColumn' && column) return addedColumn(table, column);
  if (subtype === 'AT_AddConstraint' && constraint) return addedConstraint(table, constraint);
  if (subtype === 'AT_AlterColumnType') return [typeChange(`${table}.${name}`, column?.location)];
  if (subtype === 'AT_DropColumn') return [droppedColumn(`${table}.${name}`)];
  const known = visit.folder.neverNull.has(`${table}.${name}`);
  return subtype === 'AT_SetNotNull' && !known ? [setNotNull(`${table}.${name}`)] : [];
}

function addedConstraint(table: string, constraint: Constraint): Remark[] {
  const { contype, skip_validation, indexname, conname = 'the constraint', location } = constraint;
  if (contype === 'CONSTR_NOTNULL' && !skip_validation) return [{ ...setNotNull(table), location }];
  if ((contype === 'CONSTR_FOREIGN' || contype === 'CONSTR_CHECK') && !skip_validation) {
    return [
      {
        rule: 'constraint-validates',
        what: `ADD CONSTRAINT ${conname} reads all of ${table} while every write waits.`,
        instead:
          'ADD CONSTRAINT … NOT VALID, and in a later transaction VALIDATE CONSTRAINT, which lets writes pass.',
        location,
      },
    ];
  }
  const builds =
    contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_EXCLUSION';
  if (!builds || indexname) return [];
  return [
    {
      rule: 'unique-builds-index',
      what: `ADD CONSTRAINT ${conname} builds its index while every read and write of ${table} waits.`,
      instead:
        contype === 'CONSTR_EXCLUSION'
          ? 'An exclusion constraint cannot use an index made before: add it to a new table and move the rows.'
          : 'CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX.',
      location,
    },
  ];
}

function typeChange(name: string, location: number | undefined): Remark {
  return {
    rule: 'column-type-change',
    what: `Changing the type of ${name} writes the table and its indexes anew while every read and write waits, unless the types are stored alike.`,
    instead:
      'Add a column of the new type, keep both by trigger, fill it in batches, then switch over. If it is a longer varchar, or varchar to text, allow it.',
    location,
  };
}

function setNotNull(name: string): Remark {
  return {
    rule: 'set-not-null-scans',
    what: `SET NOT NULL on ${name} reads the whole table while every read and write waits.`,
    instead:
      'ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID, then VALIDATE CONSTRAINT, then SET NOT NULL (which then trusts the check), then drop the check.',
  };
}

function droppedColumn(name: string): Remark {
  return {
    rule: 'drop-column',
    what: `DROP COLUMN ${name} breaks every running version of the application that still names it, and its data is gone.`,
    instead: 'Release a version that no longer reads or writes it, then drop it and allow this rule.',
  };
}
