import { adoptedTable, isLockTimeout, newTable, notNullCheck, type TenantTable } from './facts.js';
import { type Node, nodeAs, type ParsedStatement } from './parser.js';
import { nameFromList, tableName } from './table-name.js';

/** What is known of a file before one of its statements. */
export class FileState {
  readonly created = new Set<string>();
  readonly createdIndexes = new Set<string>();
  lockTimeoutSet = false;
  lockTimeoutRemarked = false;
  /** Who opened the transaction that statements run in. */
  transaction: string | undefined;
  readonly #around: string | undefined;

  /** `around` is what runs the file in a transaction, if anything does. */
  constructor(around: string | undefined) {
    this.#around = around;
    this.transaction = around;
  }

  /** A table that is new, and so empty and unknown to others. */
  isNew(table: string): boolean {
    return this.created.has(table);
  }

  learn({ node }: ParsedStatement): void {
    const table = newTable(node);
    if (table) this.created.add(table.name);
    const index = nodeAs(node, 'IndexStmt')?.idxname;
    if (index) this.createdIndexes.add(index);
    if (isLockTimeout(node)) this.lockTimeoutSet = true;
    this.#learnTransaction(node);
  }

  #learnTransaction(node: Node): void {
    const kind = nodeAs(node, 'TransactionStmt')?.kind;
    if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') this.transaction = 'this file begins one';
    if (kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_ROLLBACK') this.transaction = this.#around;
  }
}

/** What the files before have told: migrations build on each other. */
export class FolderState {
  readonly adopted = new Set<string>();
  readonly tenantTables: TenantTable[] = [];
  /** Columns that a validated check keeps from being null, as `table.column`. */
  readonly neverNull = new Set<string>();
  /** Columns by the name of the check that says they are not null, as `table.constraint`. */
  readonly #checks = new Map<string, string>();

  learn({ node }: ParsedStatement): void {
    const adopted = adoptedTable(node);
    if (adopted) this.adopted.add(adopted);
    const alter = nodeAs(node, 'AlterTableStmt');
    for (const item of alter?.cmds ?? []) {
      const command = nodeAs(item, 'AlterTableCmd');
      if (command) this.#learnCommand(tableName(alter?.relation), command.subtype, command.name, command.def);
    }
    this.#forgetDropped(node);
  }

  #learnCommand(
    table: string,
    subtype: string | undefined,
    name: string | undefined,
    def: Node | undefined,
  ): void {
    if (subtype === 'AT_ValidateConstraint') {
      const column = this.#checks.get(`${table}.${name}`);
      if (column) this.neverNull.add(`${table}.${column}`);
    }
    const constraint = nodeAs(def, 'Constraint');
    const column = constraint && notNullCheck(constraint);
    if (subtype !== 'AT_AddConstraint' || !column) return;
    this.#checks.set(`${table}.${constraint.conname}`, column);
    if (!constraint.skip_validation) this.neverNull.add(`${table}.${column}`);
  }

  #forgetDropped(node: Node): void {
    const drop = nodeAs(node, 'DropStmt');
    if (drop?.removeType !== 'OBJECT_TABLE') return;
    for (const name of (drop.objects ?? []).map(nameFromList)) {
      const at = this.tenantTables.findIndex((table) => table.name === name);
      if (at !== -1) this.tenantTables.splice(at, 1);
    }
  }
}
