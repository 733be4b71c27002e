import type { McpServer, ToolAnnotations } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Action } from '../accounts/index.js';
import type { McpSession } from './session.js';
import { toToolError } from './tool-error.js';

/** What a tool says: for programs, and for a model that reads. */
export interface ToolAnswer<T> {
  readonly data: T;
  readonly text: string;
}

export interface Tool<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: I;
  readonly output: O;
  readonly annotations: ToolAnnotations;
  /** All of them; a tool is not shown to who lacks one. */
  readonly permissions: readonly (readonly [entity: string, action: Action])[];
  run(session: McpSession, input: z.output<I>): Promise<ToolAnswer<z.input<O>>>;
}

export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(tool: Tool<I, O>): Tool {
  return tool as unknown as Tool;
}

/** Nothing is asked of anything but this tenant's data. */
export const READS: ToolAnnotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };

export function mayUse({ permissions }: Pick<McpSession, 'permissions'>, tool: Tool): boolean {
  return tool.permissions.every(([entity, action]) => permissions.allows(entity, action));
}

/** @param onerror hears of defects: a client is told none of their text */
export function registerTool(
  server: McpServer,
  tool: Tool,
  session: McpSession,
  onerror: (error: unknown) => void,
): void {
  const { name, title, description, input, output, annotations } = tool;
  const config = { title, description, inputSchema: input, outputSchema: output, annotations };
  server.registerTool(name, config, async (given) => {
    try {
      const { data, text } = await tool.run(session, given);
      return { content: [{ type: 'text', text }], structuredContent: data };
    } catch (error) {
      return toToolError(error, onerror);
    }
  });
}

/** Parts that the schemas of several tools have in common. */
export const question = z
  .string()
  .trim()
  .min(1)
  .max(10_000)
  .describe('One question or phrase in full words.');
export const collections = z
  .array(z.string().min(1).max(128))
  .min(1)
  .max(100)
  .optional()
  .describe('Only these collections. Default: all that may be read.');
export const metadataFilter = z
  .record(z.string(), z.unknown())
  .optional()
  .describe(
    'Conditions on metadata of documents, all of which must hold: {"year":{"gte":2020},"team":"sales"}. Operators: eq ne in nin gt gte lt lte contains exists; and, or, not combine.',
  );
export const documentId = z
  .string()
  .min(1)
  .max(100)
  .describe('The id of a document, as other tools give it.');
