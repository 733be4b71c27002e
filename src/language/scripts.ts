/** Scripts by their ISO 15924 code, as regular expressions and `Intl.Locale` know them. */
const SCRIPTS = [
  'Latn',
  'Cyrl',
  'Grek',
  'Arab',
  'Hebr',
  'Deva',
  'Thai',
  'Laoo',
  'Mymr',
  'Khmr',
  'Hira',
  'Kana',
  'Hang',
  'Hani',
] as const;
type Script = (typeof SCRIPTS)[number];

const LETTERS = SCRIPTS.map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'gu')] as const);

/** A character of these says as much as several letters of an alphabet. */
const WORDS_OF_SIGNS: ReadonlySet<string> = new Set(['Hira', 'Kana', 'Hang', 'Hani']);
const LETTERS_OF_A_SIGN = 3;

/** Several scripts that are written together. */
const MIXED: Readonly<Record<string, readonly Script[]>> = {
  Jpan: ['Hira', 'Kana', 'Hani'],
  Kore: ['Hang', 'Hani'],
  Hans: ['Hani'],
  Hant: ['Hani'],
};

/** A language that is the only common one of its script. */
const ONLY_LANGUAGE: Partial<Record<Script, string>> = {
  Thai: 'th',
  Laoo: 'lo',
  Mymr: 'my',
  Khmr: 'km',
  Hang: 'ko',
};

/** The share of kana from which on Chinese characters are Japanese; a Chinese text may quote a few. */
const JAPANESE_FROM = 0.1;

/** Weighed letters of each script. */
export type Weights = ReadonlyMap<Script, number>;

export function weighScripts(text: string): Weights {
  const weights = new Map<Script, number>();
  for (const [script, letter] of LETTERS) {
    const found = text.match(letter)?.length ?? 0;
    if (found > 0) weights.set(script, found * (WORDS_OF_SIGNS.has(script) ? LETTERS_OF_A_SIGN : 1));
  }
  return weights;
}

/** The language that the scripts alone tell; undefined where several share the script. */
export function languageOfScript(weights: Weights): string | undefined {
  const kana = (weights.get('Hira') ?? 0) + (weights.get('Kana') ?? 0);
  const han = weights.get('Hani') ?? 0;
  const total = sum(weights.values());
  if ((kana + han) * 2 > total) return kana >= (kana + han) * JAPANESE_FROM ? 'ja' : 'zh';
  for (const [script, language] of Object.entries(ONLY_LANGUAGE)) {
    if ((weights.get(script as Script) ?? 0) * 2 > total) return language;
  }
  return undefined;
}

/** Whether most of a text could be of a language, by its script alone. */
export function couldBeOf(language: string, weights: Weights): boolean {
  const script = scriptOf(language);
  if (script === undefined) return false;
  const own: readonly string[] = MIXED[script] ?? [script];
  return (
    sum([...weights].filter(([each]) => own.includes(each)).map(([, weight]) => weight)) * 2 >
    sum(weights.values())
  );
}

function scriptOf(language: string): string | undefined {
  try {
    return new Intl.Locale(language).maximize().script;
  } catch {
    return undefined;
  }
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const each of numbers) total += each;
  return total;
}
