// Stores rows of the sample entity `contacts` in a data folder, before a server opens it.
// Usage: node seed-rows.mjs <data folder> <number>
import { fileURLToPath } from 'node:url';
import { loadEntities } from '../../../dist/cli/entities-file.js';
import { createDataLayer } from '../../../dist/index.js';

const AT_ONCE = 1000;

const [dataDir, number] = process.argv.slice(2);
const example = fileURLToPath(new URL('../../../examples/suppliers/entities.ts', import.meta.url));
const entities = await loadEntities(example);
const [suppliers, contacts] = ['suppliers', 'contacts'].map((name) =>
  entities.find((each) => each.name === name),
);
const layer = await createDataLayer({ dataDir, entities }, { env: {}, file: false });
try {
  const scope = layer.scope({ tenantId: 'demo', actorId: 'cli' });
  const supplier = { code: 'S-001', name: 'Northwind', service: 'Hosting', risk: 'critical', owner: 'Ada' };
  await scope.repository(suppliers).create(supplier);
  const repository = scope.repository(contacts);
  for (let begin = 0; begin < Number(number); begin += AT_ONCE) {
    await repository.createMany(Array.from({ length: AT_ONCE }, (_, at) => contact(begin + at)));
  }
} finally {
  await layer.close();
}

function contact(number) {
  const name = `Contact ${String(number).padStart(5, '0')}`;
  return { supplierCode: 'S-001', name, role: 'Account manager', email: `contact-${number}@example.com` };
}
