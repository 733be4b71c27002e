import { onStatement, type Rule } from '../rule.js';
import { nameFromList, tableName } from '../table-name.js';

const BREAKS = 'breaks every running version of the application that uses the old name';

export const rename: Rule = onStatement(
  'RenameStmt',
  ({ renameType, relationType, relation, subname, newname }, { file }) => {
    const table = tableName(relation);
    if (file.isNew(table)) return [];
    if (renameType === 'OBJECT_TABLE') {
      return [
        {
          rule: 'rename-table',
          what: `Renaming ${table} to ${newname} ${BREAKS}.`,
          instead:
            'Rename it, and in the same transaction make a view under the old name until nothing uses it.',
        },
      ];
    }
    if (renameType !== 'OBJECT_COLUMN' || relationType !== 'OBJECT_TABLE') return [];
    return [
      {
        rule: 'rename-column',
        what: `Renaming ${table}.${subname} to ${newname} ${BREAKS}.`,
        instead:
          'Add the new column, keep both by trigger, move the application over, then drop the old one.',
      },
    ];
  },
);

export const moveTable: Rule = onStatement(
  'AlterObjectSchemaStmt',
  ({ objectType, relation, newschema }, { file }) => {
    const table = tableName(relation);
    if (objectType !== 'OBJECT_TABLE' || file.isNew(table)) return [];
    return [
      {
        rule: 'rename-table',
        what: `Moving ${table} to the schema ${newschema} ${BREAKS}.`,
        instead: 'Move it, and in the same transaction make a view in the old schema until nothing uses it.',
      },
    ];
  },
);

export const dropTable: Rule = onStatement('DropStmt', ({ removeType, objects = [] }, { file }) => {
  if (removeType !== 'OBJECT_TABLE') return [];
  const names = objects.map(nameFromList).filter((name) => !file.isNew(name));
  return names.map((name) => ({
    rule: 'drop-table' as const,
    what: `DROP TABLE ${name} breaks every running version of the application that still names it, and its data is gone.`,
    instead:
      'Release a version that no longer uses it, make sure of a backup, then drop it and allow this rule.',
  }));
});
