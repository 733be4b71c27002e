import { inspect } from 'node:util';
import type { DataLayer, Scope } from '../../src/layer/index.js';

/** Both tenants have it, with the same words but for one. */
export const SHARED_SOURCE = 'shared/handbook.md';
export const QUESTION = 'Who approves the travel policy?';
const POLICY =
  'The travel policy: every journey abroad is approved by the head of the department. Expenses are repaid within a month.';

export const ALICE = { tenantId: 'hushed-acme', actorId: 'hushed-ada' };
export const BOB = { tenantId: 'bob', actorId: 'bob' };

/** Words that occur in what Alice stores and nowhere else: text, title, source, metadata, actor and tenant. */
const HUSHED_WORDS = [
  'zanzibarium',
  'falconridge',
  'amaranth',
  'vermilion',
  'sablekey',
  'quillfeather',
  'hushed',
];

export interface TwoTenants {
  readonly alice: Scope;
  readonly bob: Scope;
  /** Nothing of this may reach Bob: words and document ids. */
  readonly secrets: readonly string[];
  readonly aliceIds: readonly string[];
}

/** Alice's index is folded, Bob's is pending, so both ways of scoring are met. */
export async function storeTwoTenants(layer: DataLayer): Promise<TwoTenants> {
  const alice = layer.scope(ALICE);
  const bob = layer.scope(BOB);
  await storeAlice(alice);
  await bob.documents.ingest({
    source: SHARED_SOURCE,
    title: 'Bergamot Handbook',
    text: `${POLICY} nettlewood`,
    metadata: { owner: 'thistledown' },
  });
  await bob.documents.ingest({ source: 'bob/travel.md', text: `${POLICY} Trains come first. nettlewood` });
  await bob.documents.ingest({ source: 'bob/canteen.md', text: 'The canteen opens at noon.' });
  const aliceIds = (await alice.documents.list({ limit: 1000 })).map(({ id }) => id);
  return { alice, bob, aliceIds, secrets: [...HUSHED_WORDS, ...aliceIds] };
}

async function storeAlice(alice: Scope): Promise<void> {
  const metadata = { sablekey: 'quillfeather', owner: 'quillfeather' };
  await alice.documents.ingest({
    source: SHARED_SOURCE,
    title: 'Amaranth Handbook',
    text: `${POLICY} zanzibarium`,
    metadata,
  });
  for (let at = 0; at < 40; at++) {
    await alice.documents.ingest({
      source: `vermilion/falconridge-${at}.md`,
      title: `Amaranth volume ${at}`,
      text: `${POLICY} zanzibarium, volume ${at}. ${'falconridge '.repeat(at % 5)}`,
      metadata,
    });
  }
}

/** Everything a reader or a log could get out of a result or an error, causes and stacks included. */
export function serialise(value: unknown): string {
  return inspect(value, {
    depth: Infinity,
    showHidden: true,
    maxArrayLength: null,
    maxStringLength: null,
    breakLength: Infinity,
  });
}

/** The secrets in an outcome that the one who received it had not given himself. */
export function revealed(secrets: readonly string[], outcome: unknown, given: unknown): string[] {
  const shown = serialise(outcome).toLowerCase();
  const known = serialise(given).toLowerCase();
  return secrets.filter((secret) => shown.includes(secret) && !known.includes(secret));
}
