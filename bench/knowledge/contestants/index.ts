import { openAquifer } from './aquifer.js';
import type { OpenContestant } from './contestant.js';
import { openCopy } from './copy.js';
import { openHandwritten } from './handwritten.js';
import { openLangchain } from './langchain.js';
import { openLlamaindex } from './llamaindex.js';
import { openMastra } from './mastra.js';

/** Each is run in a process of its own. */
export const CONTESTANTS = {
  aquifer: openAquifer,
  copy: openCopy,
  langchain: openLangchain,
  llamaindex: openLlamaindex,
  mastra: openMastra,
  handwritten: openHandwritten,
} satisfies Readonly<Record<string, OpenContestant>>;

export type ContestantName = keyof typeof CONTESTANTS;

export const PEERS = ['langchain', 'llamaindex', 'mastra'] as const satisfies readonly ContestantName[];
