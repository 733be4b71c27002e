/** Words that are frequent in English and hardly exist elsewhere. */
const ENGLISH = new Set(
  'the and with that this which from were been their would could should because about these those'.split(' '),
);
const AT_LEAST = 4;
const SHARE = 0.06;

/** Whether a text is English without doubt, so that nothing has to be loaded to say so. */
export function isPlainEnglish(text: string): boolean {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const english = words.filter((word) => ENGLISH.has(word)).length;
  return english >= AT_LEAST && english >= words.length * SHARE;
}
