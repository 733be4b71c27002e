import { useState } from 'react';
import { usePlan } from '../../api/operations.js';
import { asProblem } from '../../api/problem.js';
import { Button } from '../../parts/button.js';
import { Skeleton } from '../../parts/skeleton.js';

interface SlowPlanProps {
  readonly id: string;
}

/** How the database goes about a statement, for who wants to know. */
export function SlowPlan({ id }: SlowPlanProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="slow-plan">
      <Button look="quiet" icon="gauge" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Hide the plan' : 'Show the plan'}
      </Button>
      {isOpen && <Plan id={id} />}
    </div>
  );
}

function Plan({ id }: SlowPlanProps) {
  const { data, error } = usePlan(id);
  if (error) return <NoPlan error={error} />;
  if (!data) return <Skeleton lines={4} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <pre className="plan" tabIndex={0}>
      {data.join('\n')}
    </pre>
  );
}

/** Of what writes there is none: nothing went wrong. */
function NoPlan({ error }: { readonly error: Error }) {
  const { message, hint, code } = asProblem(error);
  return (
    <p className="soft small" role="status">
      {message} {code !== 'AQF_ARGUMENT_INVALID' && hint}
    </p>
  );
}
