export { countPiece, countTokens, pieceTokenEnds } from './count.js';
export { PieceScanner } from './pieces.js';
