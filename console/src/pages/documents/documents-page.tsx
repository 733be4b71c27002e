import { useState } from 'react';
import { useCollections } from '../../api/collections.js';
import { useMay } from '../../api/session.js';
import { PageHead } from '../../parts/page-head.js';
import { Select } from '../../parts/select.js';
import { Tabs } from '../../parts/tabs.js';
import { navigate, placeOf, usePlace } from '../../shell/place.js';
import { DocumentList } from './document-list.js';
import { UploadPanel } from './upload-panel.js';

const TABS = [
  { name: 'stored', title: 'Stored' },
  { name: 'deleted', title: 'Trash' },
] as const;

export function DocumentsPage() {
  const { query } = usePlace();
  const [collection, setCollection] = useState('');
  const { data: collections = [] } = useCollections();
  const may = useMay();
  const tab = query.get('show') === 'deleted' ? 'deleted' : 'stored';
  return (
    <>
      <PageHead
        title="Documents"
        acts={
          collections.length > 1 && (
            <Select
              label="Collection"
              isLabelUnseen
              value={collection}
              options={[['', 'All collections'], ...collections.map(({ name }) => [name, name] as const)]}
              onChange={setCollection}
            />
          )
        }
      >
        Files and texts that are searched. PDF, DOCX, PPTX, XLSX, ODT, RTF, HTML, Markdown, text, CSV, JSON
        and mail.
      </PageHead>
      {may('documents', 'create') && <UploadPanel collection={collection} />}
      <Tabs
        label="Documents"
        tabs={TABS}
        current={tab}
        onChange={(show) => navigate(placeOf(['documents'], show === 'deleted' ? { show } : {}), 'replace')}
      >
        <DocumentList collection={collection} state={tab} />
      </Tabs>
    </>
  );
}
