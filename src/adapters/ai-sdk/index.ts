export type { Searchable } from '../searchable.js';
export {
  type FoundPassage,
  type SearchTool,
  type SearchToolCall,
  type SearchToolInput,
  type SearchToolOptions,
  searchTool,
} from './search-tool.js';
