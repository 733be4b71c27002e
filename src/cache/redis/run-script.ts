import type { Cluster, Redis } from 'ioredis';
import type { RedisScript } from './scripts.js';

export type ScriptArgument = string | number | Buffer;
export type ScriptReply = Buffer | number | null | ScriptReply[];

/** Runs a script by its hash, or by its text on a server that does not know it yet. Texts in the reply are bytes. */
export async function runScript(
  connection: Redis | Cluster,
  { sha, lua }: RedisScript,
  keys: readonly string[],
  args: readonly ScriptArgument[],
): Promise<ScriptReply> {
  const rest = [keys.length, ...keys, ...args];
  try {
    return (await connection.callBuffer('evalsha', sha, ...rest)) as ScriptReply;
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return (await connection.callBuffer('eval', lua, ...rest)) as ScriptReply;
  }
}
