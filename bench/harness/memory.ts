const INTERVAL_MS = 50;

/** Runs `work` and tells the highest resident memory of this process meanwhile, in bytes, looked at every 50 ms. */
export async function withPeakMemory<T>(work: () => Promise<T>): Promise<{ value: T; peakBytes: number }> {
  let peakBytes = 0;
  const look = () => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  };
  const timer = setInterval(look, INTERVAL_MS);
  try {
    const value = await work();
    look();
    return { value, peakBytes };
  } finally {
    clearInterval(timer);
  }
}
