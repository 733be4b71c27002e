import type { DocumentSummary } from '../../api/documents.js';
import { Badge } from '../../parts/badge.js';

/** What is worth saying of the vectors of a document: nothing, where it has them. */
export function EmbeddingState({ embedding }: Pick<DocumentSummary, 'embedding'>) {
  if (embedding === 'waiting') return <Badge tone="info">waits for its vectors</Badge>;
  if (embedding === 'failed') return <Badge tone="bad">not embedded</Badge>;
  return null;
}
