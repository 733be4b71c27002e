/** `[1]`, `[1, 2]`, and with the brackets of some models `【1】`. */
const MARKS = /[[【](\d{1,4}(?:\s*[,;]\s*\d{1,4})*)[\]】]/g;

/** The numbers cited in a text, each once, in the order of their first mark. */
export function citedNumbers(text: string): number[] {
  const numbers = [...text.matchAll(MARKS)].flatMap(([, list = '']) => list.split(/[,;]/).map(Number));
  return [...new Set(numbers)];
}
