import type { Node, ParseResult, ScanResult } from 'libpg-query';
import { loadPeer } from '../../peers/index.js';
import { PositionedText } from './positioned-text.js';

export type { Node } from 'libpg-query';

type EveryKey<T> = T extends unknown ? keyof T : never;
export type NodeKind = EveryKey<Node>;
export type NodeOf<K extends NodeKind> = Extract<Node, Record<K, unknown>>[K];

export interface ParsedStatement {
  readonly node: Node;
  /** Lines of the file, counted from 1. */
  readonly line: number;
  readonly lastLine: number;
}

export interface Comment {
  readonly text: string;
  readonly line: number;
}

export interface ParsedFile {
  readonly statements: readonly ParsedStatement[];
  readonly comments: readonly Comment[];
  /** The line of a place within a statement, as the parser gives it. */
  lineOf(location: number): number;
}

export interface SyntaxProblem {
  readonly message: string;
  readonly line: number;
}

export interface SqlParser {
  parse(sql: string): ParsedFile | SyntaxProblem;
}

/**
 * PostgreSQL's own parser.
 * @throws AQF_PEER_MISSING when libpg-query is not installed
 */
export async function loadSqlParser(): Promise<SqlParser> {
  const peer = { name: 'libpg-query', install: 'libpg-query@18', neededBy: 'Reading SQL' };
  const library = await loadPeer(peer, () => import('libpg-query'));
  await library.loadModule();
  return {
    parse(sql) {
      const text = new PositionedText(sql);
      try {
        return parsedFile(text, library.parseSync(sql), library.scanSync(sql));
      } catch (error) {
        if (!library.hasSqlDetails(error)) throw error;
        const at = error.sqlDetails?.cursorPosition ?? 0;
        return { message: error.message, line: text.lineOfCharacter(at) };
      }
    },
  };
}

function parsedFile(text: PositionedText, { stmts = [] }: ParseResult, { tokens }: ScanResult): ParsedFile {
  const statements = stmts.flatMap(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
    if (!stmt) return [];
    const lastLine = length === undefined ? text.lastLine : text.lineOf(start + length);
    return [{ node: stmt, line: text.lineOf(start), lastLine }];
  });
  const comments = tokens
    .filter(({ tokenName }) => tokenName === 'SQL_COMMENT' || tokenName === 'C_COMMENT')
    .map(({ text: comment, start }) => ({ text: comment, line: text.lineOf(start) }));
  return { statements, comments, lineOf: (location) => text.lineOf(location) };
}

/** The fields of a node when it is of this kind. */
export function nodeAs<K extends NodeKind>(node: Node | undefined, kind: K): NodeOf<K> | undefined {
  return node !== undefined && kind in node ? (node as unknown as Record<K, NodeOf<K>>)[kind] : undefined;
}

/** All nodes of a kind below a value, in the order of the text. */
export function nodesWithin<K extends NodeKind>(value: unknown, kind: K): NodeOf<K>[] {
  if (Array.isArray(value)) return value.flatMap((item) => nodesWithin(item, kind));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    ...(key === kind ? [child as NodeOf<K>] : []),
    ...nodesWithin(child, kind),
  ]);
}
