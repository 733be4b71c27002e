import { z } from 'zod';
import { wholeNumber } from './setting.js';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

const limits = z.strictObject({
  timeoutMs: wholeNumber({
    min: 100,
    max: 3_600_000,
    default: 30_000,
    description: 'Milliseconds that reading one file may take.',
    variables: ['AQUIFER_EXTRACTION_TIMEOUT_MS'],
  }),
  memoryMb: wholeNumber({
    min: 64,
    max: 65_536,
    default: 768,
    description: 'Resident memory in MiB of the process that reads files.',
    variables: ['AQUIFER_EXTRACTION_MEMORY_MB'],
  }),
  maxBytes: wholeNumber({
    min: KIB,
    max: 16 * GIB,
    default: 100 * MIB,
    description: 'Bytes of one file.',
    variables: ['AQUIFER_EXTRACTION_MAX_BYTES'],
  }),
  maxPages: wholeNumber({
    min: 1,
    max: 1_000_000,
    default: 5000,
    description: 'Pages of a PDF, slides of a PPTX or sheets of an XLSX.',
    variables: ['AQUIFER_EXTRACTION_MAX_PAGES'],
  }),
  maxExpandedBytes: wholeNumber({
    min: KIB,
    max: 64 * GIB,
    default: 512 * MIB,
    description: 'Bytes that the compressed parts of one file may expand to, attachments included.',
    variables: ['AQUIFER_EXTRACTION_MAX_EXPANDED_BYTES'],
  }),
  maxDepth: wholeNumber({
    min: 1,
    max: 100_000,
    default: 512,
    description: 'Nesting of elements, groups, arrays or objects in one file.',
    variables: ['AQUIFER_EXTRACTION_MAX_DEPTH'],
  }),
  maxAttachmentDepth: wholeNumber({
    min: 1,
    max: 100,
    default: 5,
    description: 'Nesting of documents within documents, such as a mail attached to a mail.',
    variables: ['AQUIFER_EXTRACTION_MAX_ATTACHMENT_DEPTH'],
  }),
  maxTextLength: wholeNumber({
    min: KIB,
    max: 500_000_000,
    default: 20_000_000,
    description: 'UTF-16 code units of text taken from one file.',
    variables: ['AQUIFER_EXTRACTION_MAX_TEXT_LENGTH'],
  }),
});

export const extraction = z.strictObject({ limits: limits.prefault({}) });
