import { workerData } from 'node:worker_threads';
import { MEMORY_SIGNAL, type WatchdogData } from './protocol.js';

/** How often memory is looked at, in milliseconds; parsers take some 10 MiB in that time. */
const INTERVAL_MS = 20;

/**
 * Runs as a thread of its own inside the child, because a parser may keep the main thread busy for as long
 * as it likes. It ends the process when memory passes the limit or when the parent has gone.
 */
function watch({ memoryMb, peak }: WatchdogData): void {
  const highest = new Float64Array(peak);
  const limit = memoryMb * 1024 * 1024;
  const parent = process.ppid;
  setInterval(() => {
    const resident = process.memoryUsage.rss();
    highest[0] = Math.max(highest[0] ?? 0, resident);
    if (resident > limit) process.kill(process.pid, MEMORY_SIGNAL);
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, INTERVAL_MS);
}

watch(workerData as WatchdogData);
