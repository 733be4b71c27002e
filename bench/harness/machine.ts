import { existsSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** One line to stand above every table: a figure without its machine says little. */
export function describeMachine(): string {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return `${cpu}, ${availableParallelism()} cores, ${memory}, ${system()}, Node ${process.versions.node}, load ${load} at the start`;
}

function system(): string {
  const osRelease = '/etc/os-release';
  const name = existsSync(osRelease)
    ? /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync(osRelease, 'utf8'))?.[1]
    : undefined;
  return `${name ?? `${platform()} ${release()}`} ${arch()}`;
}
