import { useDeferredValue, useState } from 'react';
import { type AuditFilter, useAudit } from '../../api/audit.js';
import { Loaded } from '../../parts/loaded.js';
import { More } from '../../parts/more.js';
import { Skeleton } from '../../parts/skeleton.js';
import { AuditFilters, NO_FILTER } from './audit-filters.js';
import { AuditList } from './audit-list.js';
import { AuditVerification } from './audit-verification.js';

export function AuditView() {
  const [filter, setFilter] = useState<AuditFilter>(NO_FILTER);
  const list = useAudit(useDeferredValue(filter));
  return (
    <>
      <AuditFilters filter={filter} onChange={setFilter} />
      <AuditVerification />
      <Loaded of={list} skeleton={<Skeleton shape="rows" lines={8} />}>
        {(records) => (
          <>
            <AuditList records={records} />
            <More list={list} />
          </>
        )}
      </Loaded>
    </>
  );
}
