import { AquiferError } from '../errors/index.js';

/** What one file may cost. Past a limit the file fails with a code of its own; other files are not touched. */
export interface ExtractionLimits {
  /** Milliseconds from handing the file to the child process until its answer. @default 30_000 */
  readonly timeoutMs: number;
  /** Resident memory of the child process in MiB. @default 768 */
  readonly memoryMb: number;
  /** Size of the file in bytes. @default 100 MiB */
  readonly maxBytes: number;
  /** Pages of a PDF, slides of a PPTX or sheets of an XLSX. @default 5000 */
  readonly maxPages: number;
  /** Bytes that all compressed parts of the file may expand to, attachments included. @default 512 MiB */
  readonly maxExpandedBytes: number;
  /** Nesting of elements, groups, arrays or objects; 512 is also where browsers stop. @default 512 */
  readonly maxDepth: number;
  /** Documents within documents, such as a mail attached to a mail. @default 5 */
  readonly maxAttachmentDepth: number;
  /** UTF-16 code units of extracted text. @default 20_000_000 */
  readonly maxTextLength: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_EXTRACTION_LIMITS: ExtractionLimits = {
  timeoutMs: 30_000,
  memoryMb: 768,
  maxBytes: 100 * MIB,
  maxPages: 5000,
  maxExpandedBytes: 512 * MIB,
  maxDepth: 512,
  maxAttachmentDepth: 5,
  maxTextLength: 20_000_000,
};

/** @throws AQF_ARGUMENT_INVALID when a limit is not a positive whole number */
export function resolveLimits(given: Partial<ExtractionLimits>): ExtractionLimits {
  const limits = { ...DEFAULT_EXTRACTION_LIMITS };
  for (const name of Object.keys(DEFAULT_EXTRACTION_LIMITS) as (keyof ExtractionLimits)[]) {
    const value = given[name];
    if (value !== undefined) limits[name] = positiveInteger(name, value);
  }
  return limits;
}

/** @throws AQF_ARGUMENT_INVALID */
export function positiveInteger(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `The extraction option ${name} is ${value}; it must be a whole number above 0.`,
    { facts: { option: name } },
  );
}
