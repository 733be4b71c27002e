export { type DetectedLanguage, type DetectOptions, detectLanguage } from './detect.js';
export { analysisOf, BIGRAM_LANGUAGES, STEMMERS } from './stemmers.js';
export { languageTag, primaryLanguage, UNDETERMINED } from './tags.js';
export { isWrittenIn } from './written-in.js';
