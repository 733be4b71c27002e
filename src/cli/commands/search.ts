import { type Command, Option } from 'commander';
import type { FilterValue } from '../../filters/index.js';
import { SEARCH_MODES, type SearchMode, type SearchResult } from '../../search/index.js';
import { type CommonOptions, pairsOption, wholeNumber, withCommonOptions } from '../options.js';
import { formatResults } from '../output/results.js';
import { withScope } from '../session.js';

interface SearchCommandOptions extends CommonOptions {
  readonly mode: SearchMode;
  readonly limit?: number;
  readonly filter: Record<string, string>;
}

const NOTES = `
Modes:
  hybrid     BM25 and vectors together (default)
  lexical    BM25: the question's words, stemmed; any of them may match
  semantic   vectors: passages of similar meaning

Filters compare the metadata of documents (aquifer documents show lists it); all given must hold.

Example:
  aquifer search "which filing mentions supplier risk?" --tenant acme --filter format=pdf --limit 5`;

export function registerSearch(program: Command): void {
  withCommonOptions(program.command('search'))
    .description('find the passages that answer a question, with their citations')
    .argument('<question...>', 'the question, in words')
    .addOption(new Option('-m, --mode <mode>', 'how to rank').choices([...SEARCH_MODES]).default('hybrid'))
    .option('-n, --limit <number>', 'results wanted (default: 10)', wholeNumber(1, 1000))
    .addOption(pairsOption('-f, --filter <key=value>', 'only documents with this metadata; repeatable'))
    .addHelpText('after', NOTES)
    .action(async (words: string[], options: SearchCommandOptions) => {
      const question = words.join(' ');
      const { results, took } = await searchOnce(question, options);
      if (options.json) console.log(JSON.stringify({ question, mode: options.mode, took, results }));
      else console.log(formatResults(question, results, took));
    });
}

function searchOnce(
  question: string,
  options: SearchCommandOptions,
): Promise<{ results: SearchResult[]; took: number }> {
  return withScope(options, async (scope) => {
    const start = performance.now();
    const { mode, limit } = options;
    const filter = Object.fromEntries(
      Object.entries(options.filter).map(([key, text]) => [key, { in: spellings(text) }]),
    );
    const results = await scope.search(question, { mode, filter, ...(limit && { limit }) });
    return { results, took: Math.round(performance.now() - start) };
  });
}

/** What someone may mean who writes a value on a command line: the text, and the number or boolean it spells. */
function spellings(text: string): FilterValue[] {
  if (text === 'true' || text === 'false') return [text, text === 'true'];
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? [text, number] : [text];
}
