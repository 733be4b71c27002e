import { z } from 'zod';
import { cache } from './cache.js';
import { chat } from './chat.js';
import { chunking } from './chunking.js';
import { documents } from './documents.js';
import { embeddings } from './embeddings.js';
import { extraction } from './extraction.js';
import { jobs } from './jobs.js';
import { relational } from './relational.js';
import { search } from './search.js';
import { server } from './server.js';
import { redis } from './services.js';
import { settingRegistry } from './setting.js';
import { vectors } from './vectors.js';

const dataDir = z
  .string()
  .min(1)
  .default('.aquifer')
  .register(settingRegistry, {
    kind: 'text',
    description:
      'Folder of the embedded database and of everything else kept on this machine. Relative to the working directory, in a configuration file relative to that file.',
    allowed: 'the path of a folder',
    variables: ['AQUIFER_DATA_DIR'],
  });

const tenant = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._:@/-]{0,127}$/u)
  .default('default')
  .register(settingRegistry, {
    kind: 'text',
    description: 'Tenant that the command line works for where `--tenant` is not given.',
    allowed: '1 to 128 letters, digits and . _ : @ / -, beginning with a letter or digit',
    variables: ['AQUIFER_TENANT'],
  });

/** The whole configuration. Every leaf carries its description and its variables in `settingRegistry`. */
export const configSchema = z.strictObject({
  dataDir,
  tenant,
  relational: relational.prefault({}),
  vectors: vectors.prefault({}),
  redis: redis.prefault({}),
  cache: cache.prefault({}),
  extraction: extraction.prefault({}),
  chunking: chunking.prefault({}),
  documents: documents.prefault({}),
  embeddings: embeddings.prefault({}),
  jobs: jobs.prefault({}),
  search: search.prefault({}),
  chat: chat.prefault({}),
  server: server.prefault({}),
});

export type { SettingKind, SettingMeta } from './setting.js';
export { settingRegistry };
