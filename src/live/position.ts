import { createHash } from 'node:crypto';
import { AquiferError } from '../errors/index.js';

/** How far within the changes between two snapshots. */
export interface Inside {
  readonly until: string;
  /** Transactions come in the order of their last change, and their changes in the order of their ids. */
  readonly turn: string;
  readonly id: string;
}

/** Everything visible in a snapshot, and perhaps some of what follows it. */
export interface Place {
  /** The server whose transactions are counted. */
  readonly server: string;
  /** As pg_snapshot has it: `xmin:xmax:xip,…`. */
  readonly at: string;
  readonly inside?: Inside | undefined;
}

const FORMAT = '1';
const SERVER = /^\d{1,20}\.\d{1,20}\.\d{1,20}$/;
const NUMBER = /^\d{1,18}$/;

/** A place as clients keep it. It says for which tenant it is good, so that it cannot be mistaken for one of another. */
export function positionOf(tenantId: string, { server, at, inside }: Place): string {
  const parts = [FORMAT, server, tenantMark(tenantId), at];
  if (inside) parts.push(inside.until, inside.turn, inside.id);
  return Buffer.from(parts.join('~')).toString('base64url');
}

/** @throws AQF_ARGUMENT_INVALID for what is no position, or one of another tenant */
export function placeOf(tenantId: string, position: string): Place {
  const parts = Buffer.from(position, 'base64url').toString().split('~');
  const [format, server = '', mark, at = '', until = '', turn = '', id = ''] = parts;
  const isWhole = format === FORMAT && mark === tenantMark(tenantId) && SERVER.test(server) && isSnapshot(at);
  if (isWhole && parts.length === 4) return { server, at };
  if (isWhole && parts.length === 7 && isSnapshot(until) && NUMBER.test(turn) && NUMBER.test(id))
    return { server, at, inside: { until, turn, id } };
  throw new AquiferError('AQF_ARGUMENT_INVALID', 'This is no position in the changes of this tenant.', {
    hint: 'Give the position of an event or a subscription of the same tenant, as it was; or none, to follow from now.',
  });
}

function tenantMark(tenantId: string): string {
  return createHash('sha256').update(tenantId).digest('hex').slice(0, 16);
}

/** What PostgreSQL takes for one: xmin ≤ each xip, ascending, < xmax. */
function isSnapshot(text: string): boolean {
  const parts = /^(\d{1,18}):(\d{1,18}):((?:\d{1,18}(?:,\d{1,18})*)?)$/.exec(text);
  if (!parts) return false;
  const [, xmin = '', xmax = '', list = ''] = parts;
  const xips = list === '' ? [] : list.split(',').map(BigInt);
  const [lowest, end] = [BigInt(xmin), BigInt(xmax)];
  const isAscending = xips.every((xip, index) => index === 0 || xip > (xips[index - 1] ?? 0n));
  return lowest > 0n && lowest <= end && isAscending && xips.every((xip) => xip >= lowest && xip < end);
}
