interface SparklineProps {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** Null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** A second line, behind the first. */
  readonly behind?: readonly (number | null)[];
}

const WIDTH = 300;
const HEIGHT = 64;
const EDGE = 2;

/** A course over time, without axes: its figures stand beside it. */
export function Sparkline({ label, values, behind }: SparklineProps) {
  const top = Math.max(1, ...[...values, ...(behind ?? [])].map((value) => value ?? 0));
  const line = points(values, top);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line className="sparkline-base" x1="0" x2={WIDTH} y1={HEIGHT - EDGE} y2={HEIGHT - EDGE} />
      {behind && <polyline className="sparkline-behind" points={points(behind, top)} />}
      {values.length > 1 && (
        <polygon className="sparkline-area" points={`0,${HEIGHT - EDGE} ${line} ${WIDTH},${HEIGHT - EDGE}`} />
      )}
      <polyline className="sparkline-line" points={line} />
    </svg>
  );
}

function points(values: readonly (number | null)[], top: number): string {
  const step = WIDTH / Math.max(1, values.length - 1);
  const high = HEIGHT - 2 * EDGE;
  return values.map((value, at) => `${at * step},${HEIGHT - EDGE - ((value ?? 0) / top) * high}`).join(' ');
}
