import { Histogram, type Registry } from 'prom-client';
import { DURATION_BOUNDS, type DurationFigures } from '../search/index.js';

export interface DurationHistogramOptions {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  readonly registry: Registry;
  /** By the values of the label. */
  durations(): Readonly<Record<string, DurationFigures>>;
}

interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  /** Of all lines of a metric, in prom-client's way; there are none. */
  readonly sharedLabels: Readonly<Record<string, never>>;
  readonly value: number;
}

/** A histogram of durations that were counted elsewhere: prom-client's own counts observations alone. */
export class DurationHistogram extends Histogram<string> {
  readonly #options: DurationHistogramOptions;

  constructor(options: DurationHistogramOptions) {
    const { name, help, label, registry } = options;
    super({ name, help, labelNames: [label], buckets: [...DURATION_BOUNDS], registers: [registry] });
    this.#options = options;
  }

  /** What the registry takes figures from, be they written as text or as JSON. */
  async getForPromString() {
    const { name, help, durations } = this.#options;
    const values = Object.entries(durations()).flatMap(([value, figures]) => this.#lines(value, figures));
    return { name, help, type: 'histogram', values, aggregator: 'sum' };
  }

  #lines(value: string, { atMost, count, sum }: DurationFigures): Line[] {
    const { name, label } = this.#options;
    const labels = { [label]: value };
    const sharedLabels = {};
    const bounds = [...DURATION_BOUNDS, '+Inf'];
    const buckets = bounds.map((le, at) => ({
      metricName: `${name}_bucket`,
      labels: { le, ...labels },
      sharedLabels,
      value: atMost[at] ?? count,
    }));
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, sharedLabels, value: sum },
      { metricName: `${name}_count`, labels, sharedLabels, value: count },
    ];
  }
}
