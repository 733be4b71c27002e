import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../src/errors/index.js';
import type { BenchmarkContext } from '../harness/benchmark.js';
import { cachedFolder } from '../harness/folders.js';

const run = promisify(execFile);

/** Reads by primary key under a tenant's policies. */
export interface TenantReads {
  read(tenantId: string, id: string): Promise<unknown>;
  close(): Promise<void>;
}

const SCHEMA = `
generator client {
  provider = "prisma-client-js"
  output   = "./generated"
}
datasource db {
  provider = "postgresql"
}
model Task {
  tenantId  String    @map("tenant_id")
  id        String    @db.Uuid
  title     String
  body      String
  status    String
  priority  Int
  projectId String    @map("project_id") @db.Uuid
  dueAt     DateTime? @map("due_at") @db.Timestamptz
  createdAt DateTime  @map("created_at") @db.Timestamptz
  updatedAt DateTime  @map("updated_at") @db.Timestamptz
  createdBy String?   @map("created_by")
  updatedBy String?   @map("updated_by")
  @@id([tenantId, id])
  @@map("tasks_timestamps")
}
`;

/** The part of a generated client that is used; it is generated at run time, so no type of it is known here. */
interface PrismaClient {
  readonly task: {
    findUnique(query: { where: { tenantId_id: { tenantId: string; id: string } } }): Promise<unknown>;
  };
  $executeRaw(strings: TemplateStringsArray, ...values: unknown[]): Promise<number>;
  $transaction(steps: readonly unknown[]): Promise<readonly unknown[]>;
  $extends(extension: object): PrismaClient;
  $disconnect(): Promise<void>;
}

const VERSION = '7.10.0';

/**
 * Prisma with one connection, as its documentation does row-level security: a client extension that sets the tenant
 * in a transaction around each query. Undefined, with a note, where npm cannot install Prisma.
 */
export async function openPrisma(url: string, context: BenchmarkContext): Promise<TenantReads | undefined> {
  const folder = await preparedClient(context).catch((error: unknown) => {
    context.note(`without Prisma, which could not be installed: ${messageOf(error)}`);
    return undefined;
  });
  if (folder === undefined) return undefined;
  const load = createRequire(join(folder, 'package.json'));
  const { PrismaClient } = load('./generated');
  const { PrismaPg } = load('@prisma/adapter-pg');
  const adapter = new PrismaPg({ connectionString: url, max: 1, options: '-c role=aquifer_app' });
  const client: PrismaClient = new PrismaClient({ adapter });
  const tenants = new Map<string, PrismaClient>();
  return {
    read(tenantId, id) {
      const scoped = tenants.get(tenantId) ?? forTenant(client, tenantId);
      tenants.set(tenantId, scoped);
      return scoped.task.findUnique({ where: { tenantId_id: { tenantId, id } } });
    },
    close: () => client.$disconnect(),
  };
}

/** The extension of github.com/prisma/prisma-client-extensions, row-level-security. */
function forTenant(client: PrismaClient, tenantId: string): PrismaClient {
  return client.$extends({
    query: {
      $allModels: {
        async $allOperations({ args, query }: { args: unknown; query: (args: unknown) => Promise<unknown> }) {
          const [, result] = await client.$transaction([
            client.$executeRaw`select set_config('aquifer.tenant_id', ${tenantId}, true)`,
            query(args),
          ]);
          return result;
        },
      },
    },
  });
}

/** A folder with a client of the schema above, made once and kept. */
function preparedClient(context: BenchmarkContext): Promise<string> {
  return cachedFolder('prisma', [SCHEMA, VERSION], async (folder) => {
    context.progress(`installing Prisma ${VERSION} into ${folder}`);
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    await writeFile(join(folder, 'schema.prisma'), SCHEMA);
    const packages = ['prisma', '@prisma/client', '@prisma/adapter-pg'].map((name) => `${name}@${VERSION}`);
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
      cwd: folder,
    });
    const command = join(folder, 'node_modules', 'prisma', 'build', 'index.js');
    await run(process.execPath, [command, 'generate', '--schema', 'schema.prisma'], {
      cwd: folder,
      // Generating needs no engine, but looks for one; any program will do.
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
    });
  });
}
