interface SkeletonProps {
  readonly lines?: number;
  /** @default 'text' */
  readonly shape?: 'text' | 'rows' | 'tiles';
}

/** The outline of what is being read. */
export function Skeleton({ lines = 3, shape = 'text' }: SkeletonProps) {
  const places = Array.from({ length: lines }, (_, at) => at);
  return (
    <div className={`skeleton skeleton-${shape}`} role="status" aria-label="Loading">
      {places.map((at) => (
        <span key={at} />
      ))}
    </div>
  );
}
