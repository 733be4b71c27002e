import { z } from 'zod';
import { messageOf } from '../errors/index.js';
import { invalidLine, readLines } from './lines.js';

/** The objects of a JSON Lines file with unique ids, checked against their schema as they are read. */
export async function* readRecords<Item extends { readonly id: string }>(
  path: string,
  schema: z.ZodType<Item>,
): AsyncGenerator<Item, void, undefined> {
  const seen = new Set<string>();
  for await (const { number, text } of readLines(path)) {
    const item = parseRecord(text, schema, (problem) => invalidLine(path, number, problem));
    if (seen.has(item.id)) throw invalidLine(path, number, `the _id "${item.id}" has occurred before.`);
    seen.add(item.id);
    yield item;
  }
}

function parseRecord<Item>(text: string, schema: z.ZodType<Item>, invalid: (problem: string) => Error): Item {
  const parsed = schema.safeParse(parseJson(text, invalid));
  if (parsed.success) return parsed.data;
  throw invalid(`${z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' ')}.`);
}

function parseJson(text: string, invalid: (problem: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`this is not JSON (${messageOf(error)}).`);
  }
}
