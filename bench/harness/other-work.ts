import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

const SELF = '/proc/self/stat';
/** USER_HZ, the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Begins to watch what other processes take of the processor: figures taken beside other work say little.
 * @returns tells their share since, 0 to 1; undefined where the system does not tell (other than Linux)
 */
export function watchOtherWork(): () => number | undefined {
  if (!existsSync(SELF)) return () => undefined;
  const before = { all: allWork(), own: ownSeconds() };
  return () => {
    const { busy, total } = allWork();
    const others = busy - before.all.busy - (ownSeconds() - before.own);
    return Math.max(0, others) / (total - before.all.total);
  };
}

/** Processor seconds of the whole machine. */
function allWork(): { busy: number; total: number } {
  const times = cpus().map((cpu) => cpu.times);
  const total = times.flatMap((each) => Object.values(each)).reduce((sum, ms) => sum + ms, 0);
  const idle = times.reduce((sum, each) => sum + each.idle, 0);
  return { busy: (total - idle) / 1000, total: total / 1000 };
}

/** Processor seconds of this process and of its children that have ended (proc_pid_stat(5), fields 14 to 17). */
function ownSeconds(): number {
  const stat = readFileSync(SELF, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / TICKS_PER_SECOND;
}
