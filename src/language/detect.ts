import { isPlainEnglish } from './plain-english.js';
import { couldBeOf, languageOfScript, type Weights, weighScripts } from './scripts.js';
import { UNDETERMINED } from './tags.js';

export interface DetectedLanguage {
  /** A primary subtag such as `de`; `und` where nothing is known. */
  readonly language: string;
  /** From 0 to 1. */
  readonly confidence: number;
}

export interface DetectOptions {
  /** What a text is taken for that does not tell its own language, where it is written in that script. */
  readonly fallback?: string;
  /**
   * The confidence below which `fallback` is taken.
   * @default 0.5
   */
  readonly atLeast?: number;
}

const ENOUGH_CONFIDENCE = 0.5;
const CERTAIN = 0.99;

/**
 * The language that a text is written in. Scripts of one language and plain English are known at once; else eld's
 * statistics of character sequences are loaded with the first such text (about 0.1 s, 50 MB).
 */
export async function detectLanguage(text: string, options: DetectOptions = {}): Promise<DetectedLanguage> {
  const sample = sampleOf(text);
  const weights = weighScripts(sample);
  const found = await guess(sample, weights);
  const { fallback, atLeast = ENOUGH_CONFIDENCE } = options;
  if (fallback === undefined || found.confidence >= atLeast) return found;
  const plausible = weights.size === 0 || couldBeOf(fallback, weights);
  return plausible ? { language: fallback, confidence: found.confidence } : found;
}

async function guess(sample: string, weights: Weights): Promise<DetectedLanguage> {
  const byScript = languageOfScript(weights);
  if (byScript !== undefined) return { language: byScript, confidence: CERTAIN };
  if (isPlainEnglish(sample)) return { language: 'en', confidence: CERTAIN };
  return byStatistics(sample);
}

const HALF_SAMPLE = 500;

/** The beginning and the middle: title pages and tables of contents say little. eld reads 1,000 characters. */
function sampleOf(text: string): string {
  if (text.length <= 2 * HALF_SAMPLE) return text;
  const middle = Math.floor((text.length - HALF_SAMPLE) / 2);
  return `${text.slice(0, HALF_SAMPLE)} ${text.slice(middle, middle + HALF_SAMPLE)}`;
}

/** eld has one language for Malay and Indonesian, which our stemmer knows as the latter. */
const RENAMED: Readonly<Record<string, string>> = { ms: 'id' };

/** A lead over the next language that leaves no doubt; related languages share most of their sequences. */
const CLEAR_LEAD = 0.12;
/** Letters that halve the doubt. */
const HALF_KNOWN = 8;

async function byStatistics(sample: string): Promise<DetectedLanguage> {
  const { eld } = await import('eld/extrasmall');
  const result = eld.detect(sample);
  if (result.language === '') return { language: UNDETERMINED, confidence: 0 };
  const [first = 0, second = 0] = Object.values(result.getScores()).map(evidence);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  const lead = first > 0 ? Math.min((first - second) / first / CLEAR_LEAD, 1) : 0;
  return {
    language: RENAMED[result.language] ?? result.language,
    confidence: (lead * letters) / (letters + HALF_KNOWN),
  };
}

/** eld scales its scores as x / (x + 25): differences are small where they mean much. */
function evidence(score: number): number {
  return score / (1 - score);
}
