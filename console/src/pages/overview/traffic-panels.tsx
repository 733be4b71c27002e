import type { Overview, TrafficPoint } from '../../api/overview.js';
import { count, milliseconds } from '../../parts/format.js';
import { Panel } from '../../parts/panel.js';
import { Sparkline } from '../../parts/sparkline.js';

interface TrafficPanelsProps {
  readonly traffic: Overview['traffic'];
}

export function TrafficPanels({ traffic: { seconds, points } }: TrafficPanelsProps) {
  const minutes = Math.max(1, Math.round((points.length * seconds) / 60));
  const requests = sum(points, 'requests');
  const errors = sum(points, 'errors');
  const latest = points.findLast(({ requests: asked }) => asked > 0);
  const latestMinute = points.slice(-Math.ceil(60 / seconds));
  const perSecond = sum(latestMinute, 'requests') / (latestMinute.length * seconds || 1);
  return (
    <>
      <Panel title="Requests" aside={<span className="soft small">last {minutes} min</span>}>
        <Sparkline
          label={`Requests over time, ${requests} in all`}
          values={points.map((point) => point.requests)}
        />
        <Figures
          figures={[
            ['last minute', `${perSecond.toFixed(1)}/s`],
            ['in all', count(requests)],
            ['errors', count(errors)],
          ]}
        />
      </Panel>
      <Panel title="Latency" aside={<span className="soft small">last {minutes} min</span>}>
        <Sparkline
          label="Latency over time, the 95th percentile and the median"
          values={points.map(({ p50Ms }) => p50Ms)}
          behind={points.map(({ p95Ms }) => p95Ms)}
        />
        <Figures
          figures={[
            ['median', milliseconds(latest?.p50Ms ?? null)],
            ['95 %', milliseconds(latest?.p95Ms ?? null)],
            ['worst', milliseconds(worst(points))],
          ]}
        />
      </Panel>
    </>
  );
}

function Figures({ figures }: { readonly figures: readonly (readonly [name: string, value: string])[] }) {
  return (
    <dl className="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function sum(points: readonly TrafficPoint[], field: 'requests' | 'errors'): number {
  return points.reduce((total, point) => total + point[field], 0);
}

function worst(points: readonly TrafficPoint[]): number | null {
  const known = points.flatMap(({ p95Ms }) => (p95Ms === null ? [] : [p95Ms]));
  return known.length === 0 ? null : Math.max(...known);
}
