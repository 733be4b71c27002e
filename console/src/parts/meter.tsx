interface MeterProps {
  readonly label: string;
  /** 0 to 1 */
  readonly share: number;
  readonly tone?: 'accent' | 'second' | 'bad';
}

/** How much of a whole. Drawn, since the browser's own looks different everywhere. */
export function Meter({ label, share, tone = 'accent' }: MeterProps) {
  const filled = Math.max(0, Math.min(1, share)) * 100;
  return (
    <svg
      className={`meter meter-${tone}`}
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <rect className="meter-rail" width="100" height="4" />
      <rect className="meter-fill" width={filled} height="4" />
    </svg>
  );
}
