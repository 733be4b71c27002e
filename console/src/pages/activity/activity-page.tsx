import { PageHead } from '../../parts/page-head.js';
import { Tabs } from '../../parts/tabs.js';
import { navigate, placeOf, usePlace } from '../../shell/place.js';
import { AuditView } from './audit-view.js';
import { LiveView } from './live-view.js';

const TABS = [
  { name: 'audit', title: 'Audit' },
  { name: 'live', title: 'Live' },
] as const;

export function ActivityPage() {
  const { query } = usePlace();
  const tab = query.get('show') === 'live' ? 'live' : 'audit';
  return (
    <>
      <PageHead title="Activity">Who changed what, and what changes now.</PageHead>
      <Tabs
        label="Activity"
        tabs={TABS}
        current={tab}
        onChange={(show) => navigate(placeOf(['activity'], show === 'live' ? { show } : {}), 'replace')}
      >
        {tab === 'audit' ? <AuditView /> : <LiveView />}
      </Tabs>
    </>
  );
}
