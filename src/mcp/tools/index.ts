import type { McpSession } from '../session.js';
import { mayUse, type Tool } from '../tool.js';
import { queryEntityTool } from './query-entity.js';
import { listDocumentsTool, readDocumentTool } from './read-documents.js';
import { retrieveTool } from './retrieve.js';
import { searchTool } from './search.js';
import { addDocumentTool, deleteDocumentTool } from './write-documents.js';

const TOOLS = [
  searchTool,
  retrieveTool,
  listDocumentsTool,
  readDocumentTool,
  addDocumentTool,
  deleteDocumentTool,
];

/** The tools that the credential of a session may use. */
export function toolsOf(session: McpSession): Tool[] {
  const rows = queryEntityTool(session);
  return [...TOOLS.filter((tool) => mayUse(session, tool)), ...(rows ? [rows] : [])];
}
