import { describe } from 'vitest';
import { openChromaStore } from '../../src/vectors/chroma/index.js';
import { vectorStoreConformance } from '../../src/vectors/conformance.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';

const NOBODY_LISTENS = 'http://127.0.0.1:9';

describe.skipIf(!(await serviceAvailable('chroma')))('on the real server', () => {
  vectorStoreConformance('chroma', {
    open: () => openChromaStore({ url: serviceUrl('chroma') }),
    openUnavailable: () => openChromaStore({ url: NOBODY_LISTENS, retries: 1, timeoutMs: 1000 }),
  });
});
