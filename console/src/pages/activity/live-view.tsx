import { useState } from 'react';
import { type LiveEvent, type LiveState, useLive } from '../../api/live.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { Operation } from '../../parts/operation.js';
import { EmptyState } from '../../parts/states.js';
import { Time } from '../../parts/time.js';

const STATES: Readonly<Record<LiveState, readonly [Tone, string]>> = {
  connecting: ['info', 'connecting'],
  listening: ['good', 'listening'],
  lost: ['warn', 'connection lost, trying again'],
  paused: ['plain', 'paused'],
};

/** Changes as they happen. */
export function LiveView() {
  const [isWanted, setWanted] = useState(true);
  const { events, state, reason } = useLive(isWanted);
  const [tone, word] = STATES[state];
  return (
    <section aria-label="Live changes">
      <header className="live-head">
        <Badge tone={tone}>{word}</Badge>
        {state === 'lost' && reason !== '' && <span className="soft small">{reason}</span>}
        <Button look="quiet" icon={isWanted ? 'pause' : 'play'} onClick={() => setWanted(!isWanted)}>
          {isWanted ? 'Pause' : 'Go on'}
        </Button>
      </header>
      {events.length === 0 ? (
        <EmptyState icon="live" title={state === 'listening' ? 'Waiting for a change' : 'Nothing heard yet'}>
          Whatever is written to this tenant, by whichever program, shows up here within a moment.
        </EmptyState>
      ) : (
        <ol className="live-list" aria-live="polite">
          {events.map((event) => (
            <Heard key={event.id} event={event} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Heard({ event }: { readonly event: LiveEvent }) {
  const { operation, entity, rowId, changed, actorId, at } = event;
  return (
    <li>
      <Operation name={operation} />
      <span className="audit-what">
        {entity} <span className="soft">{rowId}</span>
      </span>
      {changed && <span className="audit-changed soft small">{changed.join(', ')}</span>}
      <span className="audit-who soft small">{actorId ?? 'unknown'}</span>
      <span className="audit-when soft small">
        <Time at={at} />
      </span>
    </li>
  );
}
