import { formatDuration, formatSeconds } from './duration.js';
import type { ProgressState } from './progress-state.js';

/** `466/1,111 files`, or `466 files` where the total is not known. */
export function countText({ done, total, unit }: ProgressState): string {
  return `${group(done)}${total === undefined ? '' : `/${group(total)}`} ${unit}`;
}

/** Percent done, rounded down so that 100 means finished; undefined where the total is not known. */
export function percentOf({ done, total }: ProgressState): number | undefined {
  if (total === undefined) return undefined;
  return total === 0 ? 100 : Math.min(100, Math.floor((done / total) * 100));
}

/** `12.3/s` and `52 s left`, each where it can be told. */
export function paceTexts({ done, total, rate }: ProgressState): string[] {
  if (rate === undefined) return [];
  if (total === undefined || rate === 0 || done >= total) return [rateText(rate)];
  return [rateText(rate), `${formatSeconds(Math.ceil((total - done) / rate))} left`];
}

/** The rate over the whole time and the time itself. */
export function summaryTexts({ done, elapsedMs }: ProgressState): string[] {
  const took = `took ${formatDuration(elapsedMs)}`;
  return elapsedMs > 0 && done > 0 ? [rateText((done * 1000) / elapsedMs), took] : [took];
}

function rateText(rate: number): string {
  return `${rate < 10 ? rate.toFixed(1) : group(Math.round(rate))}/s`;
}

function group(value: number): string {
  return value.toLocaleString('en');
}
