import { type ChildCommand, type ChildTimes, runChild } from './child.js';

/** Seconds that `npm ci` takes. */
export async function installPackages(folder: string): Promise<number> {
  const { exitSeconds } = await runChild(npm(folder, ['ci']), () => true);
  return exitSeconds;
}

/** Runs `npm start` until its answer, without the server that follows; `lineSeconds` is the first line of the first answer. */
export function npmStart(folder: string): Promise<ChildTimes> {
  return runChild(npm(folder, ['start', '--', '--once']), firstAnswer());
}

/** The first line that is not blank after the question, which stands behind `> `. */
function firstAnswer(): (line: string) => boolean {
  let asked = false;
  return (line) => {
    const answers = asked && line.trim() !== '';
    // npm prints lines behind `> ` too, but no questions.
    asked ||= /^> .*\?$/.test(line);
    return answers;
  };
}

function npm(folder: string, args: readonly string[]): ChildCommand {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js')) return { command: process.execPath, args: [cli, ...args], cwd: folder };
  return { command: 'npm', args, cwd: folder };
}
