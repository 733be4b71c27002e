/** What programs write as a title when the author gave none: a file name, or the program's own words. */
const PLACEHOLDER =
  /^(?:untitled.*|document\d*|powerpoint presentation|presentation\d*|slide 1|microsoft (?:word|powerpoint|excel) - .*|.*\.(?:docx?|dot[xm]?|pptx?|xlsx?|indd|dvi|tex|pdf|qxd|rtf|odt))$/i;

/** A title from a file's properties; undefined where it only names the file or the program. */
export function statedTitle(raw: string): string | undefined {
  const title = raw.trim();
  return title === '' || PLACEHOLDER.test(title) ? undefined : title;
}
