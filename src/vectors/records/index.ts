export { byDocument, documentBatches } from './by-document.js';
export { checkEmbedding, checkedRecord, checkId, checkQuery } from './check-record.js';
export { checkedTenant, checkSpace, invalid, isPlain, wrongDimensions } from './check-space.js';
export { compareCodePoints } from './code-points.js';
export { distanceOf, scoreOf } from './distance.js';
export { compareRanked, Nearest, type Ranked } from './nearest.js';
