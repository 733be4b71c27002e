import { useVerification } from '../../api/audit.js';
import { Button } from '../../parts/button.js';
import { count } from '../../parts/format.js';
import { Notice, ProblemNotice } from '../../parts/notice.js';

/** Checks that no record was changed, put in or taken out behind the ledger's back. */
export function AuditVerification() {
  const verification = useVerification();
  const { data, error, isPending, mutate } = verification;
  return (
    <div className="verification">
      <Button icon="shield" isBusy={isPending} onClick={() => mutate()}>
        Verify the chain
      </Button>
      <ProblemNotice error={error} />
      {data?.intact && (
        <Notice tone="good" title="The chain is intact">
          {count(data.sealed)} records are under a seal, each as it was written.
        </Notice>
      )}
      {data && !data.intact && (
        <Notice tone="bad" title="The chain is broken">
          {data.problems
            .map(({ problem, recordId }) => `${problem}${recordId ? ` (record ${recordId})` : ''}`)
            .join('; ')}
        </Notice>
      )}
    </div>
  );
}
