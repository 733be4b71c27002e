import type { Colours } from '../../output/colours.js';
import { plainLine } from '../../output/display-text.js';

type Entry = Readonly<Record<string, unknown>>;

export interface LogFilter {
  /** The least level that is shown. */
  readonly level: string | undefined;
  readonly tenant: string | undefined;
  readonly request: string | undefined;
  /** Milliseconds from which on a request or a statement is shown. */
  readonly slow: number | undefined;
}

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Fields that a line shows in places of their own. */
const PLACED = new Set([
  ...['time', 'level', 'msg', 'method', 'route', 'status', 'ms', 'tenant', 'reqId', 'err', 'actor'],
]);

/** A line of the log for people; undefined where the filter leaves it out. What is no JSON is shown as it is. */
export function logLine(text: string, filter: LogFilter, colours: Colours): string | undefined {
  const entry = parse(text);
  if (!entry) return isEmpty(filter) && text.trim() !== '' ? plainLine(text) : undefined;
  return fits(entry, filter) ? format(entry, colours) : undefined;
}

function fits(entry: Entry, { level, tenant, request, slow }: LogFilter): boolean {
  if (level !== undefined && LEVELS.indexOf(String(entry.level)) < LEVELS.indexOf(level)) return false;
  if (tenant !== undefined && entry.tenant !== tenant) return false;
  if (request !== undefined && entry.reqId !== request) return false;
  return slow === undefined || (typeof entry.ms === 'number' && entry.ms >= slow);
}

function isEmpty(filter: LogFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

function format(entry: Entry, colours: Colours): string {
  const time = String(entry.time ?? '')
    .replace('T', ' ')
    .replace(/Z$/, '');
  const level = String(entry.level ?? '')
    .toUpperCase()
    .padEnd(5);
  const parts = [
    colours.dim(plainLine(time)),
    isBad(entry) ? colours.bold(plainLine(level)) : plainLine(level),
    ...what(entry),
    typeof entry.ms === 'number' ? `${entry.ms} ms` : '',
    typeof entry.tenant === 'string' ? `tenant ${entry.tenant}` : '',
    typeof entry.reqId === 'string' ? colours.dim(plainLine(entry.reqId)) : '',
    rest(entry),
    failure(entry),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function what({ method, route, status, msg }: Entry): string[] {
  if (method === undefined) return [plainLine(String(msg ?? ''))];
  return [plainLine(`${String(method).padEnd(6)} ${String(route)}`), String(status)];
}

function isBad({ level, status }: Entry): boolean {
  return level === 'error' || level === 'fatal' || (typeof status === 'number' && status >= 500);
}

function rest(entry: Entry): string {
  const others = Object.entries(entry).filter(([name]) => !PLACED.has(name));
  return plainLine(others.map(([name, value]) => `${name}=${textOf(value)}`).join(' '));
}

function failure({ err }: Entry): string {
  if (typeof err !== 'object' || err === null) return '';
  const { code, name, message } = err as Entry;
  return plainLine(`${String(code ?? name ?? 'error')}: ${String(message ?? '')}`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parse(text: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Entry)
      : undefined;
  } catch {
    return undefined;
  }
}
