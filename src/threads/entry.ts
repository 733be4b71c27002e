import { fileURLToPath } from 'node:url';

/**
 * The compiled file that a thread or child process starts from. Node cannot start a thread from
 * TypeScript, so when the caller itself runs from `src/` (under the test runner) the path is mapped to
 * `dist/`, which the test command builds first.
 *
 * @param caller `import.meta.url` of the module that starts the thread
 * @param relative path of the entry beside the caller, with the extension `.js`
 */
export function threadEntry(caller: string, relative: string): string {
  const compiled = caller.endsWith('.ts') ? toDist(caller) : caller;
  return fileURLToPath(new URL(relative, compiled));
}

function toDist(url: string): string {
  const at = url.lastIndexOf('/src/');
  return `${url.slice(0, at)}/dist/${url.slice(at + '/src/'.length)}`;
}
