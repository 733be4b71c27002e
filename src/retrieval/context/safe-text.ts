/** Characters of a title, a source or the headings that a model is shown. */
const LONGEST_LINE = 200;

/** Control characters, and the invisible copy of ASCII among the tags of Unicode, by which text is smuggled in. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u{e0000}-\u{e007f}]/gu;
/** What would be read as a citation, such as `[1]` or `[1, 2]`, and its wider relatives. */
const MARK = /([[［【])(?=\p{Nd})/gu;
/** Marks of turns and of the end of text, which some servers read as such wherever they stand. */
const TURN = /<(?=\|[\p{L}_])|<(?=\/?s>|\/?(?:start|end)_of_turn>|<\/?SYS>)|\[(?=\/?INST\])/giu;

/**
 * Text of a document as a model is given it: it cannot be taken for a citation mark, for a turn of the conversation or
 * for its end. Otherwise unchanged: what is broken is broken by one space.
 */
export function safeText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(UNSEEN, '')
    .replace(TURN, (mark) => `${mark} `)
    .replace(MARK, '$1 ');
}

/** The same in one line, shortened: for titles, sources and headings. */
export function safeLine(text: string): string {
  const line = safeText(text)
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .trim();
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE - 1).toWellFormed()}…`;
}
