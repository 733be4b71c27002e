import { ExpansionBudget } from './archive/expansion.js';
import { DocumentBuilder } from './builder.js';
import type { ExtractionSource, FormatReader, ReadContext } from './context.js';
import { detectFormat } from './detection/detect.js';
import type { DocumentFormat, ExtractedDocument } from './document.js';
import { asExtractionError, tooDeep } from './failures.js';
import type { ExtractionLimits } from './limits.js';

/** Readers are loaded at their first use: a run over text files never loads the PDF engine. */
const READERS: Readonly<Record<DocumentFormat, () => Promise<FormatReader>>> = {
  pdf: async () => (await import('./formats/pdf.js')).readPdf,
  docx: async () => (await import('./formats/docx.js')).readDocx,
  pptx: async () => (await import('./formats/pptx.js')).readPptx,
  xlsx: async () => (await import('./formats/xlsx.js')).readXlsx,
  odt: async () => (await import('./formats/odt.js')).readOdt,
  rtf: async () => (await import('./formats/rtf.js')).readRtf,
  html: async () => (await import('./formats/html.js')).readHtml,
  markdown: async () => (await import('./formats/markdown.js')).readMarkdown,
  text: async () => (await import('./formats/text.js')).readText,
  csv: async () => (await import('./formats/csv.js')).readCsv,
  json: async () => (await import('./formats/json.js')).readJson,
  eml: async () => (await import('./formats/eml.js')).readEml,
};

/**
 * Reads a file of any supported format in this very process. Limits of time and memory are not kept here;
 * they belong to the process that can be killed.
 *
 * @throws AquiferError with a code AQF_EXTRACTION_…, AQF_PEER_MISSING
 */
export function readDocument(source: ExtractionSource, limits: ExtractionLimits): Promise<ExtractedDocument> {
  return readAtDepth(source, limits, new ExpansionBudget(limits.maxExpandedBytes), 0);
}

async function readAtDepth(
  source: ExtractionSource,
  limits: ExtractionLimits,
  expansion: ExpansionBudget,
  depth: number,
): Promise<ExtractedDocument> {
  if (depth > limits.maxAttachmentDepth) throw tooDeep(limits.maxAttachmentDepth, 'maxAttachmentDepth');
  const context: ReadContext = {
    limits,
    expansion,
    readNested: (nested) => readAtDepth(nested, limits, expansion, depth + 1),
  };
  let format: DocumentFormat | undefined;
  try {
    format = await detectFormat(source, expansion);
    const reader = await READERS[format]();
    const into = new DocumentBuilder(limits.maxTextLength);
    await reader(source, into, context);
    return into.build(format);
  } catch (error) {
    throw asExtractionError(error, format ?? 'a document');
  }
}
