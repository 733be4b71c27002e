import type { Command } from 'commander';
import type { ApiKey } from '../../../accounts/index.js';
import { type CommonOptions, withCommonOptions } from '../../options.js';
import { formatTable } from '../../output/table.js';
import { withScope } from '../../session.js';

interface CreateOptions extends CommonOptions {
  readonly name: string;
  readonly role: readonly string[];
  readonly permission: readonly string[];
  readonly expires?: string;
}

interface RotateOptions extends CommonOptions {
  readonly grace: number;
}

const collected = (value: string, before: readonly string[]) => [...before, value];

export function registerKeys(program: Command): void {
  const keys = program.command('keys').description('the API keys of a tenant');
  withCommonOptions(keys.command('list'))
    .description('each with its roles and when it was used last; never the key itself')
    .action((options: CommonOptions) =>
      withScope(options, async (scope) => print(options, await scope.apiKeys.list())),
    );
  withCommonOptions(keys.command('create'))
    .description('make a key, and print it this once')
    .option('--name <text>', 'what people call it', 'key')
    .option(
      '--role <name>',
      'viewer, editor, admin, owner or one of your own; repeatable (default: editor)',
      collected,
      [],
    )
    .option('--permission <entity:action>', 'besides what the roles allow; repeatable', collected, [])
    .option('--expires <date>', 'when it ends, as ISO 8601')
    .action((options: CreateOptions) =>
      withScope(options, async (scope) => {
        const { name, role, permission, expires } = options;
        const created = await scope.apiKeys.create({
          name,
          ...(role.length > 0 && { roles: role }),
          permissions: permission,
          ...(expires !== undefined && { expiresAt: new Date(expires) }),
        });
        if (options.json) console.log(JSON.stringify(created));
        else console.log(`${created.key}\n\nKeep it now: it is stored as a hash, and cannot be shown again.`);
      }),
    );
  withCommonOptions(keys.command('rotate'))
    .description('make a key that allows the same; the old one ends after the grace')
    .argument('<id>', 'id of the key: its twelve characters that are no secret')
    .option('--grace <hours>', 'hours that the old one goes on', Number, 24)
    .action((id: string, options: RotateOptions) =>
      withScope(options, async (scope) => {
        const created = await scope.apiKeys.rotate(id, { graceMs: options.grace * 3_600_000 });
        if (options.json) console.log(JSON.stringify(created));
        else console.log(`${created.key}\n\nKeep it now. The key ${id} ends in ${options.grace} h.`);
      }),
    );
  withCommonOptions(keys.command('revoke'))
    .description('end a key at once')
    .argument('<id>', 'id of the key: its twelve characters that are no secret')
    .action((id: string, options: CommonOptions) =>
      withScope(options, async (scope) => print(options, [await scope.apiKeys.revoke(id)])),
    );
}

function print(options: CommonOptions, keys: readonly ApiKey[]): void {
  if (options.json) console.log(JSON.stringify(keys));
  else if (keys.length === 0) console.log('This tenant has no API keys. Make one: aquifer keys create');
  else console.log(formatTable(['id', 'name', 'allows', 'state', 'last used'], keys.map(row)));
}

function row({ id, name, roles, permissions, revokedAt, expiresAt, lastUsedAt }: ApiKey): string[] {
  const state = revokedAt ? 'revoked' : expiresAt && expiresAt.getTime() <= Date.now() ? 'expired' : 'active';
  const until = state === 'active' && expiresAt ? `until ${expiresAt.toISOString()}` : state;
  return [id, name, [...roles, ...permissions].join(' '), until, lastUsedAt?.toISOString() ?? 'never'];
}
