import { stripVTControlCharacters } from 'node:util';
import type { SearchResult } from '../../search/index.js';
import { coloursFor } from './colours.js';
import { plainLine } from './display-text.js';

const WIDTH = 100;
const colours = coloursFor(process.stdout);

/** Results for a reader: a numbered citation, the snippet with its matches, and the score's parts. */
export function formatResults(question: string, results: readonly SearchResult[], took: number): string {
  if (results.length === 0) {
    return `No passage answers ${JSON.stringify(question)}. Are documents ingested for this tenant? (aquifer status)`;
  }
  const blocks = results.map((result, index) => formatResult(result, index + 1));
  const count = `${results.length} passage${results.length === 1 ? '' : 's'}`;
  return [...blocks, colours.dim(`${count} in ${took} ms`)].join('\n\n');
}

function formatResult(result: SearchResult, rank: number): string {
  const head = `${colours.bold(`${rank}. ${plainLine(result.title)}`)}${place(result)}`;
  const snippet = wrap(highlight(result.snippet), WIDTH).map((line) => `   ${line}`);
  const foot = colours.dim(`   ${plainLine(result.source)} · ${scoreLine(result)}`);
  return [head, ...snippet, foot].join('\n');
}

function place({ page, headingPath, title }: SearchResult): string {
  const headings = headingPath[0] === title ? headingPath.slice(1) : headingPath;
  const parts = [page === null ? '' : `p. ${page}`, plainLine(headings.join(' › '))].filter(Boolean);
  return parts.length > 0 ? colours.cyan(` · ${parts.join(' · ')}`) : '';
}

function scoreLine({ score, scores }: SearchResult): string {
  const parts = [
    scores.lexical === null ? '' : `BM25 ${scores.lexical.toFixed(2)}`,
    scores.semantic === null ? '' : `cosine ${scores.semantic.toFixed(2)}`,
  ].filter(Boolean);
  return `score ${score.toFixed(3)} (${parts.join(', ')})`;
}

/** Matched words in bold on a terminal, between asterisks elsewhere. */
function highlight({ text, marks }: SearchResult['snippet']): string {
  const emphasise = colours.isColorSupported
    ? (word: string) => colours.bold(colours.yellow(word))
    : (word: string) => `*${word}*`;
  let shown = '';
  let at = 0;
  for (const [start, end] of marks) {
    shown += text.slice(at, start) + emphasise(text.slice(start, end));
    at = end;
  }
  return shown + text.slice(at);
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line && visibleLength(line) + visibleLength(word) + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
}

function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length;
}
