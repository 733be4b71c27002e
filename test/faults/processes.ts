import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Processes of a group that still run; none where the system does not tell (`/proc` is Linux's). */
export function livingInGroup(group: number): number[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isLivingMember(pid, group));
}

/** proc(5): after the name in parentheses come the state, the parent and the group. */
function isLivingMember(pid: number, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(processGroup) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}
