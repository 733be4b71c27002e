import { currentScope, scopedPgDriver } from 'aquifer/pg';
import { DataSource } from 'typeorm';
import { attachments, conversations, messages, users } from './entities.js';

/** One for the whole process: each query runs in the scope of whoever makes it. */
export function chatDataSource(): DataSource {
  return new DataSource({
    type: 'postgres',
    driver: scopedPgDriver(currentScope),
    entities: [users, conversations, messages, attachments],
    // Tables are made by Aquifer's migrations, as the owner of the schema; a scope may not.
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
  });
}
