import { useDocumentHistory } from '../../api/documents.js';
import { Loaded } from '../../parts/loaded.js';
import { More } from '../../parts/more.js';
import { AuditList } from '../activity/audit-list.js';
import type { DocumentViewProps } from './document-page.js';

export function DocumentHistory({ document }: DocumentViewProps) {
  const list = useDocumentHistory(document.id);
  return (
    <Loaded of={list}>
      {(records) => (
        <>
          <AuditList records={records} />
          <More list={list} />
        </>
      )}
    </Loaded>
  );
}
