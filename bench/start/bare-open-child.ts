import { openPglite } from '../../src/relational/embedded/pglite.js';

/** A process of its own: opens the database in the folder it is given, and says so. */
const [, , folder = ''] = process.argv;
const database = await openPglite(folder);
await database.query('select 1');
process.stdout.write('open\n');
await database.close();
