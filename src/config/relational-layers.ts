import type { Given, Layer } from './layer.js';
import { nameSource } from './layer.js';

const PROVIDER = 'relational.provider';
const URL = 'relational.url';
const WITHOUT_URL: ReadonlySet<unknown> = new Set(['embedded', 'aurora']);

/**
 * Settles provider and URL between the layers, strongest first. A URL without a provider beside it implies
 * `postgres`; a provider that has no URL sets weaker ones aside and contradicts a URL of its own layer.
 */
export function settleRelational(layers: readonly Layer[]): readonly Layer[] {
  const implied = layers.map(implyProvider);
  const strongest = implied.findIndex((layer) => layer.given.has(PROVIDER));
  const provider = implied[strongest]?.given.get(PROVIDER);
  if (!provider || !WITHOUT_URL.has(provider.value)) return implied;
  return implied.map((layer, rank) => dropUrl(layer, provider, rank === strongest));
}

function implyProvider(layer: Layer): Layer {
  const url = layer.given.get(URL);
  if (!url || layer.given.has(PROVIDER)) return layer;
  const provider: Given = { value: 'postgres', source: { ...url.source, impliedBy: URL } };
  return { ...layer, given: new Map(layer.given).set(PROVIDER, provider) };
}

function dropUrl(layer: Layer, provider: Given, contradicts: boolean): Layer {
  const url = layer.given.get(URL);
  if (!url) return layer;
  const given = new Map(layer.given);
  given.delete(URL);
  const names = `${nameSource(provider.source, PROVIDER)} is "${provider.value}"`;
  const urlName = nameSource(url.source, URL);
  return contradicts
    ? {
        ...layer,
        given,
        problems: [...layer.problems, `${names}, but ${urlName} names a server; keep one of the two.`],
      }
    : { ...layer, given, warnings: [...layer.warnings, `${urlName} is set but not used: ${names}.`] };
}
