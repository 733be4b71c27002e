import type { KnowledgeSource } from './knowledge-figures.js';

/** A value and what it is of. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** One metric of knowledge: how it is described, and what a data layer says of it. */
export interface KnowledgeMetric {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly labels: readonly string[];
  samples(source: KnowledgeSource): Promise<readonly Sample[]> | readonly Sample[];
}
