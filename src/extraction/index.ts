export type { ExtractionSource } from './context.js';
export {
  type BlockKind,
  DOCUMENT_FORMATS,
  type DocumentFormat,
  type ExtractedBlock,
  type ExtractedDocument,
} from './document.js';
export {
  createExtractor,
  type ExtractionUsage,
  type Extractor,
  type ExtractorOptions,
} from './extractor.js';
export { documentFromText } from './from-text.js';
export { DEFAULT_EXTRACTION_LIMITS, type ExtractionLimits } from './limits.js';
