const WORDS =
  'travel approval abroad hotel train receipt expense leave office laptop key contract supplier review invoice policy head department week month'.split(
    ' ',
  );

/** Documents of some hundred words, the same each time. */
export function documentTexts(count: number): { readonly source: string; readonly text: string }[] {
  return Array.from({ length: count }, (_, at) => ({
    source: `bench/${at}.md`,
    text: Array.from({ length: 200 }, (__, word) => WORDS[(word * (at + 7) + at) % WORDS.length]).join(' '),
  }));
}
