import { randomBytes } from 'node:crypto';

/** Runs a statement without parameters in the transaction; gives the text in its first column. */
export type AskServer = (sql: string) => Promise<string | undefined>;

const MOST_STATEMENTS = 1000;
/** Another process may change a column from date to timestamptz, and a cast to date would go on without an error. */
const KNOWN_FOR_MS = 60_000;
const SETTING = 'aquifer.parameter_types';

/**
 * The types of a statement's parameters, as the server infers them. A parameter of the Data API has the type of
 * its value, text being varchar; where node-postgres leaves it open, `id = $1` would fail for a uuid. So the server
 * is asked once a minute for each statement text, and every parameter is cast.
 */
export class ParameterTypes {
  readonly #known = new Map<string, { readonly types: readonly string[]; readonly until: number }>();

  /** @throws what the statement itself would: it is analysed, not run */
  async of(text: string, ask: AskServer): Promise<readonly string[]> {
    const known = this.#known.get(text);
    if (known && performance.now() < known.until) return known.types;
    await ask(inference(text));
    const answer = await ask(`select pg_catalog.current_setting('${SETTING}')`);
    const types = JSON.parse(answer ?? '[]') as string[];
    if (this.#known.size >= MOST_STATEMENTS) this.#forgetOldest();
    this.#known.set(text, { types, until: performance.now() + KNOWN_FOR_MS });
    return types;
  }

  /** For a statement that failed: the types may be those of a table as it was. */
  forget(text: string): void {
    this.#known.delete(text);
  }

  /** After a statement that may have changed a table. */
  forgetAll(): void {
    this.#known.clear();
  }

  #forgetOldest(): void {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

/**
 * Prepares the statement, keeps the types in a setting of the transaction, and forgets the statement. The text
 * travels as base64: nothing in it can end the quote it is in or look like a parameter.
 */
function inference(text: string): string {
  const name = `aquifer_types_${randomBytes(8).toString('hex')}`;
  const encoded = Buffer.from(text).toString('base64');
  return `do $aquifer$
declare types text;
begin
  execute 'prepare ${name} as ' || pg_catalog.convert_from(pg_catalog.decode('${encoded}', 'base64'), 'UTF8');
  select pg_catalog.array_to_json(parameter_types::text[])::text into types
    from pg_catalog.pg_prepared_statements where name = '${name}';
  execute 'deallocate ${name}';
  perform pg_catalog.set_config('${SETTING}', types, true);
end $aquifer$`;
}
