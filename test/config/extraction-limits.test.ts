import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import {
  DEFAULT_EXTRACTION_LIMITS,
  type ExtractionLimits,
  resolveLimits,
} from '../../src/extraction/limits.js';

describe('extraction limits in the configuration', () => {
  it('are the limits of extraction, with the same names and defaults', async () => {
    const { values } = await loadConfig({ env: {}, file: false });
    const limits: ExtractionLimits = values.extraction.limits;
    expect(limits).toEqual(DEFAULT_EXTRACTION_LIMITS);
  });

  it('are accepted by extraction when given', async () => {
    const env = { AQUIFER_EXTRACTION_MAX_PAGES: '3', AQUIFER_EXTRACTION_TIMEOUT_MS: '100' };
    const { values } = await loadConfig({ env, file: false });
    expect(resolveLimits(values.extraction.limits)).toMatchObject({ maxPages: 3, timeoutMs: 100 });
  });
});
