export { excerptAt } from './excerpt.js';
export { hasMarks, matchOffsets, parseHeadline, type Snippet, type Span } from './headline.js';
export { markRuns } from './mark-runs.js';
export { type QuestionTerms, termsOf } from './terms.js';
