import type { SpaceMigration } from '../../../vectors/migrate/index.js';
import { formatTable } from '../../output/table.js';

export function formatMigrations(migrations: readonly SpaceMigration[]): string {
  if (migrations.length === 0) return 'The source has no vectors of this tenant.';
  if (migrations.some(({ verification }) => verification === undefined)) return formatPlan(migrations);
  const rows = migrations.map(({ space, copied, verification }) => [
    space.name,
    space.model,
    String(copied),
    String(verification?.repaired ?? 0),
    String(verification?.count.to ?? 0),
    verification?.checksum.to ?? '',
    `${verification?.neighbours.identical ?? 0} of ${verification?.neighbours.sampled ?? 0}`,
    (verification?.neighbours.recall.to ?? 0).toFixed(3),
  ]);
  const headers = [
    'space',
    'model',
    'copied',
    'repaired',
    'vectors',
    'checksum',
    'same neighbours',
    'recall',
  ];
  return `${formatTable(headers, rows)}\n\nBoth stores hold the same.`;
}

function formatPlan(migrations: readonly SpaceMigration[]): string {
  const rows = migrations.map(({ space, before }) => [
    space.name,
    space.model,
    String(space.dimensions),
    space.metric,
    String(before.from),
    String(before.to),
  ]);
  const headers = ['would copy', 'model', 'dimensions', 'metric', 'in the source', 'in the target'];
  return `${formatTable(headers, rows)}\n\nNothing was written.`;
}
