import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Threads start from `dist/`, so the tests never run against a stale build. */
export default function build(): void {
  const script = fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url));
  execFileSync(process.execPath, [script], { stdio: 'inherit' });
}
