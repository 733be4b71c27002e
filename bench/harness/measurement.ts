/** One figure as `--json` writes it. Metric names are stable: other tools and later releases compare them. */
export interface Measurement {
  /** snake_case, ending in its unit where it has one: `search_hybrid_p95_ms`. */
  readonly metric: string;
  readonly value: number;
  /** `ms`, `s`, `chunks/s`, `MB`; `ratio` and `share` have none. */
  readonly unit: string;
  /** What was measured in the same run to judge the figure by, with its own value. */
  readonly reference: string | null;
  /** value ÷ the reference's value. */
  readonly ratio: number | null;
}

/** Something measured in the same run that a figure is held against. */
export interface Reference {
  readonly name: string;
  readonly value: number;
}

export function measured(metric: string, value: number, unit: string, reference?: Reference): Measurement {
  return {
    metric,
    value: rounded(value),
    unit,
    reference: reference ? `${reference.name}: ${rounded(reference.value)} ${unit}` : null,
    ratio: reference ? rounded(value / reference.value) : null,
  };
}

/** A figure that is itself a ratio or a share of a named reference. */
export function relative(
  metric: string,
  value: number,
  unit: 'ratio' | 'share',
  reference: string,
): Measurement {
  return { metric, value: rounded(value), unit, reference, ratio: rounded(value) };
}

/** Four significant digits: no benchmark here is more exact. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
