/** What the text of a group is for. */
export type Destination = 'body' | 'skip' | 'fonts' | 'styles' | 'title' | 'author' | 'subject' | 'keywords';

const DESTINATIONS: Readonly<Record<string, Destination>> = {
  fonttbl: 'fonts',
  stylesheet: 'styles',
  title: 'title',
  author: 'author',
  subject: 'subject',
  keywords: 'keywords',
  ...Object.fromEntries(
    (
      'colortbl pict object objdata fldinst listtext pntext pntxta pntxtb header headerl headerr headerf footer ' +
      'footerl footerr footerf ftnsep ftnsepc aftnsep aftnsepc listtable listoverridetable revtbl rsidtbl ' +
      'generator xmlnstbl themedata colorschememapping datastore latentstyles info operator company comment ' +
      'category manager doccomm hlinkbase creatim revtim printim buptim filetbl sp nonesttables ud falt ' +
      'panose fontemb fontfile do template private bkmkstart bkmkend atnid atnauthor atrfstart atrfend'
    )
      .split(' ')
      .map((word) => [word, 'skip' as const]),
  ),
};

/** Destinations marked as optional (`\*`) that hold text of the document nevertheless. */
const OPTIONAL_TEXT = new Set(['shpinst', 'shptxt', 'nesttableprops', 'fldrslt', 'annotation', 'footnote']);

/** The destination a control word opens; undefined for a word that opens none. */
export function destinationOf(word: string, isOptional: boolean): Destination | undefined {
  const known = Object.hasOwn(DESTINATIONS, word) ? DESTINATIONS[word] : undefined;
  if (known) return known;
  if (!isOptional) return undefined;
  return OPTIONAL_TEXT.has(word) ? 'body' : 'skip';
}
