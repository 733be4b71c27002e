import { afterAll, describe } from 'vitest';
import { relationalConformance } from '../../src/relational/conformance.js';
import { serviceAvailable } from '../services/services.js';
import { type DataApiStack, startDataApi } from '../support/data-api/index.js';

const available = await serviceAvailable('postgres');

describe.skipIf(!available)('over a Data API on a real PostgreSQL', () => {
  const stacks: DataApiStack[] = [];
  afterAll(async () => {
    for (const stack of stacks) await stack.close();
  });

  const open = async () => {
    const stack = await startDataApi();
    stacks.push(stack);
    return stack.open();
  };
  relationalConformance('aurora', open, { copies: 'none' });
});
