import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface LoadTarget {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p95Ms: number;
}

/** Asks as fast as it is answered, over 8 connections, from a process of its own. */
export function load(target: LoadTarget, seconds: number): Promise<LoadResult> {
  const script = fileURLToPath(new URL('./load-child.js', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ ...target, seconds }));
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += String(data);
    });
    child.once('error', reject).once('close', (code) => {
      if (code === 0) resolve(JSON.parse(text) as LoadResult);
      else reject(new Error(`The load on ${target.url} ended with ${code}.`));
    });
  });
}
