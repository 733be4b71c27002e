import type { BenchmarkContext } from '../harness/benchmark.js';
import { runOn } from '../relational/server.js';
import type { ContestantName } from './contestants/index.js';
import type { Knowledge } from './data.js';
import type { Actor, StageSettings } from './stage.js';
import { enter } from './stage.js';
import type { Truth } from './truth.js';

/** What it took until a contestant answered questions about everything, milliseconds. */
export interface Ingest {
  readonly loadMs: number;
  readonly indexMs: number;
}

export interface Entrant {
  readonly actor: Actor;
  readonly ingest: Ingest;
}

/** Contestants, each loaded when the first part needs it and there until the field is left. */
export class Field {
  readonly knowledge: Knowledge;
  readonly truth: Truth;
  readonly context: BenchmarkContext;
  readonly settings: StageSettings;
  readonly #entrants = new Map<ContestantName, Entrant>();
  readonly #ready = new Set<ContestantName>();
  readonly #leaves = new Map<ContestantName, () => Promise<void>>();

  constructor(knowledge: Knowledge, truth: Truth, settings: StageSettings, context: BenchmarkContext) {
    this.knowledge = knowledge;
    this.truth = truth;
    this.settings = settings;
    this.context = context;
  }

  /** Loaded and indexed, but for what searches in tenants need besides. */
  async loaded(name: ContestantName): Promise<Entrant> {
    const found = this.#entrants.get(name);
    if (found) return found;
    const { actor, leave } = await enter(name, this.settings);
    this.#leaves.set(name, leave);
    const rows = this.knowledge.passages.length;
    this.context.progress(`${name}: ${rows} rows`);
    await actor.ask({ do: 'prepare' });
    const loadMs = await actor.ask({ do: 'load' });
    const indexMs = await actor.ask({ do: 'index' });
    await runOn(actor.url, 'vacuum analyze');
    const perSecond = (ms: number) => Math.round((rows / ms) * 1000);
    this.context.note(
      `${name}: load ${seconds(loadMs)} (${perSecond(loadMs)} rows/s), index ${seconds(indexMs)}, together ${perSecond(loadMs + indexMs)} rows/s`,
    );
    const entrant = { actor, ingest: { loadMs, indexMs } };
    this.#entrants.set(name, entrant);
    return entrant;
  }

  /** Ready for every search that is compared. */
  async ready(name: ContestantName): Promise<Actor> {
    const { actor } = await this.loaded(name);
    if (this.#ready.has(name)) return actor;
    this.context.progress(`${name}: tenants`);
    await actor.ask({ do: 'readyTenants' });
    await runOn(actor.url, 'vacuum analyze');
    this.#ready.add(name);
    return actor;
  }

  /** Ends its process and drops its database. */
  async leave(name: ContestantName): Promise<void> {
    const leave = this.#leaves.get(name);
    this.#leaves.delete(name);
    this.#entrants.delete(name);
    await leave?.();
  }

  async close(): Promise<void> {
    for (const name of [...this.#leaves.keys()]) await this.leave(name);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
