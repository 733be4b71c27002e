/** Aborts with the first of several signals, or when the time is over. Call `done` to let go of them. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** The time was over before any of the signals aborted. */
  readonly timedOut: boolean;
  /** Gives it as much time again. */
  renew(): void;
  done(): void;
}

/** `AbortSignal.any` keeps what it made alive as long as a signal lives, and ours live as long as the process. */
export function linkedSignal(
  signals: readonly (AbortSignal | undefined)[],
  timeoutMs = Number.POSITIVE_INFINITY,
): LinkedSignal {
  const controller = new AbortController();
  const sources = signals.filter((signal) => signal !== undefined);
  let timedOut = false;
  const follow = () => controller.abort(sources.find(({ aborted }) => aborted)?.reason);
  const expire = () => {
    timedOut = !controller.signal.aborted;
    controller.abort(new Error(`no answer within ${timeoutMs} ms`));
  };
  const timer = () => (Number.isFinite(timeoutMs) ? setTimeout(expire, timeoutMs) : undefined);
  let running = timer();
  for (const source of sources) source.addEventListener('abort', follow, { once: true });
  if (sources.some(({ aborted }) => aborted)) follow();
  return {
    signal: controller.signal,
    get timedOut() {
      return timedOut;
    },
    renew: () => {
      clearTimeout(running);
      running = timer();
    },
    done: () => {
      clearTimeout(running);
      for (const source of sources) source.removeEventListener('abort', follow);
    },
  };
}
