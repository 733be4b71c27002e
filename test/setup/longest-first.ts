import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Known to take long, also where no run has left its times yet. */
const LONG = [
  'tenancy/isolation',
  'cli/ingest',
  'docs/examples',
  'cluster/failover',
  'layer/cache',
  'repositories/values',
  'repositories/writes',
  'cache/redis',
  'cli/usage',
  'cli/documents',
  'cli/search',
  'relational/embedded',
  'migrations/reversal',
  'cache/postgres',
].map((name) => `/test/${name}.test.ts`);

/** A long file that begins last would keep one worker busy while the others have ended. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

function isLong({ moduleId }: TestSpecification): boolean {
  return LONG.some((end) => moduleId.endsWith(end));
}
