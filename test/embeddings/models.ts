import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The real all-MiniLM-L6-v2; shared/models/README.md tells its layout. */
export const MINILM = fileURLToPath(new URL('../../../shared/models/all-MiniLM-L6-v2', import.meta.url));

/** Why the tests of it cannot run, if so; the reason is printed. */
export const minilmLacking = existsSync(MINILM)
  ? undefined
  : `the model folder ../shared/models/all-MiniLM-L6-v2 is absent`;

if (minilmLacking) console.log(`Skipped: ${minilmLacking}.`);
