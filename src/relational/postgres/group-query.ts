import pg from 'pg';
import utils from 'pg/lib/utils.js';
import { AquiferError, messageOf } from '../../errors/index.js';
import type { Group, Step } from './group.js';
import { RAW_TYPES } from './raw-types.js';
import { newShape, type StatementShape, shapeOf } from './statement-shapes.js';
import { forgetName, type Wire, type WireValue } from './wire.js';

/** What node-postgres hands a query of the messages that answer it (pg/lib/query.js). */
interface QueryInternals {
  readonly text: string;
  readonly name: string | undefined;
  hasBeenParsed(wire: Wire): boolean;
  handleCommandComplete(message: unknown, wire: Wire): void;
  handleEmptyQuery(wire: Wire): void;
  handleRowDescription(message: RowDescription): void;
  handleDataRow(message: DataRow): void;
  handleError(error: Error, wire: Wire): void;
}
interface RowDescription {
  readonly fields: readonly unknown[];
}
interface DataRow {
  readonly fields: readonly (string | Buffer | null)[];
}

type QueryClass = new (config: object) => QueryInternals;
const Query = pg.Query as unknown as QueryClass;

/** The protocol counts parameters in 16 bits. */
const MOST_PARAMETERS = 65_535;
const NO_SUCH_STATEMENT = '26000';
/** Raised, among others, for a prepared statement whose columns changed since. */
const NOT_SUPPORTED = '0A000';

export type GroupCallback = (error: Error | null, result: pg.QueryResult<never>) => void;

/**
 * A group on its way through node-postgres, which knows one statement a query: this one writes the others around
 * it and keeps their answers from the result.
 */
export class GroupQuery extends Query {
  /** The row of the step behind the statement; undefined when the server did not get that far. */
  trailer: readonly (string | null)[] | undefined;
  readonly #group: Group;
  readonly #bound: readonly WireValue[];
  readonly #parsed: string[] = [];
  #shape: StatementShape | undefined;
  #answered = 0;

  /** @throws AQF_ARGUMENT_INVALID for parameters that cannot be written */
  constructor(group: Group, callback: GroupCallback) {
    const { name, text } = group.statement;
    const shape = group.rows === 'arrays' ? { rowMode: 'array', types: RAW_TYPES } : {};
    super({ name, text, queryMode: 'extended', ...shape, callback });
    this.#group = group;
    this.#bound = bindable(group.statement.values ?? []);
  }

  /** Whether the server said that it ran the statement; it may have stopped between that and the commit. */
  get isAnswered(): boolean {
    return this.#answered > this.#group.before.length;
  }

  prepare(wire: Wire): void {
    for (const step of this.#group.before) this.#writeStep(wire, step);
    if (!this.hasBeenParsed(wire)) {
      this.#parse(wire, this.name, this.text);
      if (this.name !== undefined) wire.submittedNamedStatements[this.name] = this.text;
    }
    wire.bind({ statement: this.name ?? '', values: this.#bound });
    this.#describe(wire);
    wire.execute({ portal: '' });
    for (const step of this.#group.after) this.#writeStep(wire, step);
    wire.sync();
  }

  override handleRowDescription(message: RowDescription): void {
    if (this.#shape) this.#shape.fields = message.fields;
    super.handleRowDescription(message);
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    if (this.#awaitsStatement) super.handleCommandComplete(message, wire);
    this.#answered++;
  }

  override handleEmptyQuery(wire: Wire): void {
    super.handleEmptyQuery(wire);
    this.#answered++;
  }

  override handleDataRow(message: DataRow): void {
    if (this.#awaitsStatement) super.handleDataRow(message);
    else this.trailer = message.fields.map((field) => field?.toString() ?? null);
  }

  override handleError(error: Error & { readonly code?: string }, wire: Wire): void {
    const isStale = error.code === NO_SUCH_STATEMENT || error.code === NOT_SUPPORTED;
    const lost = isStale ? this.#names() : this.#parsed;
    for (const name of lost) forgetName(wire, name);
    super.handleError(error, wire);
  }

  get #awaitsStatement(): boolean {
    return this.#answered === this.#group.before.length;
  }

  /** Asks for the columns, unless they are known since the statement was prepared. */
  #describe(wire: Wire): void {
    this.#shape = this.name === undefined ? undefined : shapeOf(wire, this.name);
    const fields = this.#shape?.fields;
    if (fields) super.handleRowDescription({ fields });
    else wire.describe({ type: 'P', name: '' });
  }

  #writeStep(wire: Wire, { name, text, values }: Step): void {
    if (name === undefined || wire.parsedStatements[name] === undefined) this.#parse(wire, name, text);
    // node-postgres books an answered Parse under the name of the query, which is that of the statement alone.
    if (name !== undefined) wire.parsedStatements[name] = text;
    wire.bind({ statement: name ?? '', values });
    wire.execute({ portal: '' });
  }

  /** Closes the name first: whether an earlier group that failed left it prepared cannot be told. */
  #parse(wire: Wire, name: string | undefined, text: string): void {
    if (name !== undefined) {
      newShape(wire, name);
      wire.close({ type: 'S', name });
      this.#parsed.push(name);
    }
    wire.parse({ name: name ?? '', text });
  }

  #names(): string[] {
    const { before, statement, after } = this.#group;
    return [...before, statement, ...after].flatMap(({ name }) => name ?? []);
  }
}

/** Written before anything is sent: a value that cannot be must not leave half a group on the wire. */
function bindable(values: readonly unknown[]): WireValue[] {
  if (values.length > MOST_PARAMETERS) {
    const message = `A statement has at most ${MOST_PARAMETERS} parameters; this one has ${values.length}.`;
    throw new AquiferError('AQF_ARGUMENT_INVALID', message);
  }
  try {
    return values.map((value) => utils.prepareValue(value));
  } catch (error) {
    const message = `A parameter cannot be written: ${messageOf(error)}`;
    throw new AquiferError('AQF_ARGUMENT_INVALID', message, { cause: error });
  }
}
