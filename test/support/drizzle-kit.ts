import { createRequire } from 'node:module';

/**
 * drizzle-kit's API. Its ES module entry cannot be loaded by Node; the other can. It gives every array a method `random`
 * that `for … in` meets, which other libraries of the same process do not expect: that is taken away again.
 */
export const kit = createRequire(import.meta.url)('drizzle-kit/api') as typeof import('drizzle-kit/api');

Reflect.deleteProperty(Array.prototype, 'random');
