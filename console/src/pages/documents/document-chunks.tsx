import { type Chunk, useChunks, useDocumentText } from '../../api/documents.js';
import { Link } from '../../parts/link.js';
import { Loaded } from '../../parts/loaded.js';
import { More } from '../../parts/more.js';
import { placeOf } from '../../shell/place.js';
import type { DocumentViewProps } from './document-page.js';

/** The passages that the text was cut into, over the text itself: what lies between them is shown faintly. */
export function DocumentChunks({ document }: DocumentViewProps) {
  const text = useDocumentText(document.id);
  const chunks = useChunks(document.id);
  return (
    <Loaded of={chunks}>
      {(all) => (
        <>
          <ol className="chunks">
            {all.map((chunk, at) => (
              <ChunkItem
                key={chunk.ordinal}
                documentId={document.id}
                chunk={chunk}
                between={text.data?.slice(all[at - 1]?.end ?? 0, chunk.start) ?? ''}
                shared={Math.max(0, (all[at - 1]?.end ?? 0) - chunk.start)}
              />
            ))}
          </ol>
          <More list={chunks} />
        </>
      )}
    </Loaded>
  );
}

interface ChunkItemProps {
  readonly documentId: string;
  readonly chunk: Chunk;
  /** Text before it that is in no passage. */
  readonly between: string;
  /** Code units that it has in common with the one before. */
  readonly shared: number;
}

function ChunkItem({ documentId, chunk, between, shared }: ChunkItemProps) {
  const { ordinal, content, start, end, tokens, page, lastPage, headingPath } = chunk;
  const pages = page === lastPage || lastPage === null ? page : `${page}–${lastPage}`;
  return (
    <>
      {between.trim() !== '' && <li className="chunk-between">{between.trim()}</li>}
      <li className="chunk">
        <header className="chunk-head">
          <Link to={placeOf(['documents', documentId], { start: String(start), end: String(end) })}>
            Passage {ordinal + 1}
          </Link>
          <span className="soft small number">
            {tokens} tokens · {start}–{end}
            {pages !== null && ` · page ${pages}`}
          </span>
        </header>
        {headingPath.length > 0 && <p className="result-path">{headingPath.join(' › ')}</p>}
        <div className="chunk-text">
          {shared > 0 && <span className="chunk-shared">{content.slice(0, shared)}</span>}
          {content.slice(shared)}
        </div>
      </li>
    </>
  );
}
