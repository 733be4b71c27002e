import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../examples/prisma-chat/src/generated/client.js';
import { prismaAdapter } from '../../src/guests/prisma/index.js';
import type { Scope } from '../../src/layer/index.js';

export { PrismaClient };

/** A client of the chat platform in a scope, over our adapter. */
export function scopedClient(scope: Scope): PrismaClient {
  return new PrismaClient({ adapter: prismaAdapter(scope) });
}

/** A client over Prisma's own adapter, without any tenant: what nothing isolates. */
export function bareClient(url: string, max: number): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max }) });
}

/**
 * The usual recipe for row level security with Prisma: an extension that runs every call in a transaction which
 * first sets the tenant. The role is set too, for its policies to bind.
 */
export function recipeClient(url: string, max: number, tenantId: string) {
  const client = bareClient(url, max);
  return client.$extends({
    query: {
      $allModels: {
        async $allOperations({ args, query }) {
          const [, result] = await client.$transaction([
            client.$queryRaw`select set_config('role', 'aquifer_app', true), set_config('aquifer.tenant_id', ${tenantId}, true)`,
            query(args),
          ]);
          return result;
        },
      },
    },
  });
}
