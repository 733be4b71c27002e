import { type DocumentSummary, useDocument } from '../../api/documents.js';
import { bytes, plural } from '../../parts/format.js';
import { Icon } from '../../parts/icon.js';
import { Link } from '../../parts/link.js';
import { Loaded } from '../../parts/loaded.js';
import { Notice } from '../../parts/notice.js';
import { PageHead } from '../../parts/page-head.js';
import { Skeleton } from '../../parts/skeleton.js';
import { Tabs } from '../../parts/tabs.js';
import { navigate, placeOf, usePlace } from '../../shell/place.js';
import { DocumentActs } from './document-acts.js';
import { DocumentChunks } from './document-chunks.js';
import { DocumentDetails } from './document-details.js';
import { DocumentHistory } from './document-history.js';
import { DocumentText } from './document-text.js';
import { EmbeddingState } from './embedding-state.js';

const TABS = [
  { name: 'text', title: 'Text' },
  { name: 'chunks', title: 'Passages' },
  { name: 'details', title: 'Details' },
  { name: 'history', title: 'History' },
] as const;

const VIEWS = {
  text: DocumentText,
  chunks: DocumentChunks,
  details: DocumentDetails,
  history: DocumentHistory,
};

export function DocumentPage({ id }: { readonly id: string }) {
  const document = useDocument(id);
  const question = usePlace().query.get('q');
  return (
    <Loaded
      of={document}
      head={<PageHead title="Document" above={<Way question={question} />} />}
      skeleton={<Skeleton lines={8} />}
    >
      {(summary) => <Opened document={summary} />}
    </Loaded>
  );
}

export interface DocumentViewProps {
  readonly document: DocumentSummary;
}

function Opened({ document }: DocumentViewProps) {
  const { query } = usePlace();
  const tab = TABS.find(({ name }) => name === query.get('show'))?.name ?? 'text';
  const View = VIEWS[tab];
  const question = query.get('q');
  const show = (name: string) => {
    const kept = Object.fromEntries(query);
    navigate(placeOf(['documents', document.id], { ...kept, show: name === 'text' ? '' : name }), 'replace');
  };
  return (
    <>
      <PageHead
        title={document.title}
        above={<Way question={question} />}
        acts={<DocumentActs document={document} />}
      >
        {document.format} · {bytes(document.bytes)} · {plural(document.chunks, 'passage')} ·{' '}
        {document.language} <EmbeddingState embedding={document.embedding} />
      </PageHead>
      {document.deletedAt && (
        <Notice tone="warn" title="This document is in the trash">
          It is not found any more. Restoring brings it back as it was, without embedding it again.
        </Notice>
      )}
      <Tabs label="Views" tabs={TABS} current={tab} onChange={show}>
        <View document={document} />
      </Tabs>
    </>
  );
}

function Way({ question }: { readonly question: string | null }) {
  return (
    <Link className="way-back" to={question === null ? '/documents' : placeOf(['search'], { q: question })}>
      <Icon name="back" />
      {question === null ? 'Documents' : `Results for “${question}”`}
    </Link>
  );
}
