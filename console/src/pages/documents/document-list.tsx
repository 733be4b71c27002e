import { type DocumentSummary, useDocumentAct, useDocuments } from '../../api/documents.js';
import { useMay } from '../../api/session.js';
import { Button } from '../../parts/button.js';
import { bytes, plural } from '../../parts/format.js';
import { Link } from '../../parts/link.js';
import { Loaded } from '../../parts/loaded.js';
import { More } from '../../parts/more.js';
import { Skeleton } from '../../parts/skeleton.js';
import { EmptyState } from '../../parts/states.js';
import { Time } from '../../parts/time.js';
import { useToasts } from '../../parts/toasts.js';
import { placeOf } from '../../shell/place.js';
import { EmbeddingState } from './embedding-state.js';

const SHORT_FORMATS: Readonly<Record<string, string>> = { markdown: 'md', text: 'txt', email: 'mail' };

interface DocumentListProps {
  readonly collection: string;
  readonly state: 'stored' | 'deleted';
}

export function DocumentList({ collection, state }: DocumentListProps) {
  const list = useDocuments(collection, state);
  return (
    <Loaded of={list} skeleton={<Skeleton shape="rows" lines={6} />}>
      {(documents) =>
        documents.length === 0 ? (
          <Nothing state={state} />
        ) : (
          <>
            <ul className="document-list">
              {documents.map((document) => (
                <DocumentItem key={document.id} document={document} state={state} />
              ))}
            </ul>
            <More list={list} />
          </>
        )
      }
    </Loaded>
  );
}

function Nothing({ state }: Pick<DocumentListProps, 'state'>) {
  if (state === 'deleted') {
    return (
      <EmptyState icon="trash" title="The trash is empty">
        Deleted documents wait here for a while before they are gone for good.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="document" title="No documents yet">
      Upload files above, or load a folder: <code>aquifer ingest ~/papers</code>
    </EmptyState>
  );
}

interface DocumentItemProps {
  readonly document: DocumentSummary;
  readonly state: 'stored' | 'deleted';
}

function DocumentItem({ document, state }: DocumentItemProps) {
  const { id, title, source, format, chunks, bytes: size, embedding, updatedAt, deletedAt } = document;
  return (
    <li className="document-item">
      <span className="format">{SHORT_FORMATS[format] ?? format}</span>
      <span className="document-names">
        {state === 'stored' ? (
          <Link to={placeOf(['documents', id])}>{title}</Link>
        ) : (
          <span className="document-gone">{title}</span>
        )}
        {source !== title && (
          <span className="soft small" title={source}>
            {endOf(source)}
          </span>
        )}
      </span>
      {state === 'stored' && <EmbeddingState embedding={embedding} />}
      <span className="document-facts soft small number">
        {plural(chunks, 'passage')} · {bytes(size)}
      </span>
      <span className="document-when soft small">
        <Time at={deletedAt ?? updatedAt} />
      </span>
      {state === 'deleted' && <RestoreButton document={document} />}
    </li>
  );
}

/** The end of a long path: there is what tells it from others. */
function endOf(source: string): string {
  const parts = source.split('/');
  return parts.length > 3 ? `…/${parts.slice(-2).join('/')}` : source;
}

function RestoreButton({ document: { id, title } }: Pick<DocumentItemProps, 'document'>) {
  const act = useDocumentAct();
  const toasts = useToasts();
  const may = useMay();
  if (!may('documents', 'update') && !may('documents', 'delete')) return null;
  // By its promise: what is restored has left this list when the answer is here.
  const restore = () =>
    void act
      .mutateAsync({ id, act: 'restore' })
      .then(() => toasts.done(`“${title}” is back.`), toasts.failed);
  return (
    <Button icon="restore" isBusy={act.isPending} onClick={restore}>
      Restore
    </Button>
  );
}
