import { mean } from '../harness/statistics.js';
import type { Knowledge } from './data.js';
import { EVERYTHING, tenantGroup, tenantsOf } from './groups.js';
import type { Ask } from './messages.js';
import type { Truth } from './truth.js';

/** Searches that are compared, each with the group of passages that its answer must come from. */
export interface Case {
  readonly name: 'unfiltered' | 'tenant';
  readonly asks: readonly (Ask & { readonly group: string })[];
}

/** All questions over everything, and each in one of the tenants by turns: most of them are foreign to it. */
export function searchCases(knowledge: Knowledge): readonly [Case, Case] {
  const tenants = tenantsOf(knowledge);
  return [
    {
      name: 'unfiltered',
      asks: knowledge.questions.map((_, question) => ({ question, where: {}, group: EVERYTHING.name })),
    },
    {
      name: 'tenant',
      asks: knowledge.questions.map((_, question) => {
        const tenant = tenants[question % tenants.length] as string;
        return { question, where: { tenant }, group: tenantGroup(tenant).name };
      }),
    },
  ];
}

/** Mean recall@10 of answers to these. */
export function recallOf(truth: Truth, asks: Case['asks'], found: readonly (readonly number[])[]): number {
  return mean(asks.map(({ group, question }, index) => truth.recall(group, question, found[index] ?? [])));
}
