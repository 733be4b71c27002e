import iconv from 'iconv-lite';

/** The single-byte charsets that Russian text is found in; `chardet` knows no DOS code page. */
const CHARSETS = ['windows-1251', 'cp866', 'koi8-r', 'iso-8859-5'];

/** The ten commonest letters, 63 % of Russian text (Russian National Corpus). */
const COMMON = new Set('оеаинтсрвл');
const COMMON_SHARE = 0.63;
/** A wrong charset scatters the common letters or turns them into capitals and line drawing. */
const PLAUSIBLE_SHARE = 0.5;

/** The charset in which the bytes read as Russian, if they are mostly non-Latin letters at all. */
export function guessCyrillic(sample: Buffer): string | undefined {
  const high = sample.reduce((count, byte) => count + (byte >= 0x80 ? 1 : 0), 0);
  const latin = sample.reduce((count, byte) => count + (isLatinLetter(byte) ? 1 : 0), 0);
  if (high < 8 || high < latin) return undefined;
  const scored = CHARSETS.map((charset) => ({ charset, share: commonShare(iconv.decode(sample, charset)) }));
  scored.sort((a, b) => distance(a.share) - distance(b.share));
  const [best] = scored;
  return best && best.share >= PLAUSIBLE_SHARE ? best.charset : undefined;
}

function distance(share: number): number {
  return Math.abs(share - COMMON_SHARE);
}

/** Share of the common letters among all characters beyond ASCII. */
function commonShare(text: string): number {
  let common = 0;
  let beyond = 0;
  for (const character of text) {
    if (character < '\u0080') continue;
    beyond += 1;
    if (COMMON.has(character)) common += 1;
  }
  return beyond === 0 ? 0 : common / beyond;
}

function isLatinLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
