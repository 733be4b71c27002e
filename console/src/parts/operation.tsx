import { Badge, type Tone } from './badge.js';

const TONES: Readonly<Record<string, Tone>> = {
  insert: 'good',
  update: 'info',
  delete: 'warn',
  restore: 'good',
  purge: 'bad',
};

/** What was done to a row. */
export function Operation({ name }: { readonly name: string }) {
  return <Badge tone={TONES[name] ?? 'plain'}>{name}</Badge>;
}
