import { AquiferError } from '../../errors/index.js';
import { MEMORY_SIGNAL } from './protocol.js';

/** How the child process ended. */
export interface ChildEnding {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to its error output. */
  readonly errorOutput: string;
}

const HEAP_EXHAUSTED = /heap out of memory|Array buffer allocation failed/i;
const OUTPUT_LENGTH = 500;

/** The error of the file that was being read when the child ended by itself. */
export function errorOfEnding(ending: ChildEnding, memoryMb: number): AquiferError {
  if (ending.signal === MEMORY_SIGNAL || HEAP_EXHAUSTED.test(ending.errorOutput)) {
    return new AquiferError(
      'AQF_EXTRACTION_MEMORY',
      `Reading the file took more than ${memoryMb} MiB of memory (limit memoryMb).`,
      { facts: { memoryMb } },
    );
  }
  const how = ending.signal === null ? `exit code ${ending.exitCode}` : `signal ${ending.signal}`;
  const output = ending.errorOutput.trim().slice(-OUTPUT_LENGTH);
  return new AquiferError(
    'AQF_EXTRACTION_CRASHED',
    `The process that read the file ended (${how})${output === '' ? '.' : `: ${output}`}`,
    { facts: { exitCode: ending.exitCode ?? undefined, signal: ending.signal ?? undefined } },
  );
}

export function timeoutError(timeoutMs: number): AquiferError {
  return new AquiferError(
    'AQF_EXTRACTION_TIMEOUT',
    `Reading the file took longer than ${timeoutMs} ms (limit timeoutMs).`,
    { facts: { timeoutMs } },
  );
}
