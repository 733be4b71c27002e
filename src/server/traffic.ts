import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** What this process answered. */
    readonly traffic: Traffic;
  }
}

const STEP_SECONDS = 15;
const STEPS = 60;
/** Tenants that are followed at a time; the one that was silent longest goes. */
const MOST_TENANTS = 500;
/** Milliseconds of the first bound; each that follows is a quarter more. */
const FIRST_BOUND = 0.25;
const GROWTH = 1.25;
const BOUNDS = 64;

/** Requests of one step of time. */
export interface TrafficPoint {
  /** When the step began. */
  readonly at: Date;
  readonly requests: number;
  /** Of them answered with 5xx. */
  readonly errors: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

interface Step {
  readonly number: number;
  requests: number;
  errors: number;
  /** Requests by how long they took. */
  readonly counts: Uint32Array;
}

/** How many requests this process answered in the last quarter of an hour, and how fast: by tenant, each knows its own. */
export class Traffic {
  readonly #tenants = new Map<string, Step[]>();
  readonly #now: () => number;

  /** @param now milliseconds since 1970 */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  note(tenantId: string, ms: number, status: number): void {
    const step = this.#step(tenantId);
    step.requests++;
    if (status >= 500) step.errors++;
    const bound = boundOf(ms);
    step.counts[bound] = (step.counts[bound] ?? 0) + 1;
  }

  /** Every step of the last 15 minutes, the oldest first; those without requests too. */
  points(tenantId: string): { readonly seconds: number; readonly points: readonly TrafficPoint[] } {
    const last = this.#stepNumber();
    const known = new Map((this.#tenants.get(tenantId) ?? []).map((step) => [step.number, step]));
    const points = Array.from({ length: STEPS }, (_, at) => {
      const number = last - STEPS + 1 + at;
      return toPoint(number, known.get(number));
    });
    return { seconds: STEP_SECONDS, points };
  }

  #step(tenantId: string): Step {
    const number = this.#stepNumber();
    const steps = this.#tenants.get(tenantId) ?? [];
    const latest = steps.at(-1);
    if (latest?.number === number) return latest;
    const step = { number, requests: 0, errors: 0, counts: new Uint32Array(BOUNDS) };
    const kept = steps.filter((each) => each.number > number - STEPS);
    // At the end of the map are those that were heard of last.
    this.#tenants.delete(tenantId);
    this.#tenants.set(tenantId, [...kept, step]);
    if (this.#tenants.size > MOST_TENANTS) this.#tenants.delete(this.#tenants.keys().next().value as string);
    return step;
  }

  #stepNumber(): number {
    return Math.floor(this.#now() / 1000 / STEP_SECONDS);
  }
}

/** Counts what is answered from now on, for routes to ask. */
export function followTraffic(app: FastifyInstance, traffic: Traffic): void {
  app.decorate('traffic', traffic);
  app.addHook('onResponse', async ({ principal }, { elapsedTime, statusCode }) => {
    if (principal) traffic.note(principal.tenantId, elapsedTime, statusCode);
  });
}

function toPoint(number: number, step: Step | undefined): TrafficPoint {
  const at = new Date(number * STEP_SECONDS * 1000);
  if (!step) return { at, requests: 0, errors: 0, p50Ms: 0, p95Ms: 0 };
  const { requests, errors, counts } = step;
  return {
    at,
    requests,
    errors,
    p50Ms: quantile(counts, requests, 0.5),
    p95Ms: quantile(counts, requests, 0.95),
  };
}

function boundOf(ms: number): number {
  if (ms <= FIRST_BOUND) return 0;
  return Math.min(BOUNDS - 1, Math.ceil(Math.log(ms / FIRST_BOUND) / Math.log(GROWTH)));
}

/** The upper bound of the class in which the quantile lies, to three digits. */
function quantile(counts: Uint32Array, total: number, share: number): number {
  let seen = 0;
  const bound = counts.findIndex((count) => {
    seen += count;
    return seen >= total * share;
  });
  return Number((FIRST_BOUND * GROWTH ** bound).toPrecision(3));
}
