import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { NOTICE } from './quoted.js';
import type { McpSession } from './session.js';

const RULES = `Say only what the passages say, and cite behind each statement the passage that says it by its mark, such as [1] or [1][3]. When they do not hold the answer, say that they do not. Answer in the language of the question. ${NOTICE}`;

const question = z.string().trim().min(1).max(10_000).describe('What is to be answered.');
const collection = z.string().max(128).optional().describe('Only this collection.');

/** Prompts for answers with citations: with the passages in them, and by the tools. */
export function registerPrompts(server: McpServer, { scope }: McpSession): void {
  server.registerPrompt(
    'cited_answer',
    {
      title: 'Answer from documents',
      description:
        'Searches the stored documents, and asks for an answer from what was found, with citations.',
      argsSchema: z.object({ question, collection }),
    },
    async ({ question: asked, collection: name }) => {
      const { text } = await scope.retrieve(asked, name ? { collections: [name] } : {});
      const passages = text === '' ? 'No passages were found.' : text;
      return { messages: [said(`${RULES}\n\nThe passages:\n\n${passages}`), said(asked)] };
    },
  );
  server.registerPrompt(
    'researched_answer',
    {
      title: 'Research in documents',
      description:
        'Asks for an answer that the model researches itself, with the tools search and read_document.',
      argsSchema: z.object({ question, collection }),
    },
    ({ question: asked, collection: name }) => {
      const where = name ? ` Only the collection "${name}" counts.` : '';
      const how = `Research this in the stored documents: call \`retrieve\` with one question at a time, with other words where the passages do not answer it, and \`read_document\` where more of a document is needed.${where} ${RULES} Number your sources yourself when they come from several calls, and list them at the end with title and source.`;
      return { messages: [said(`${how}\n\n${asked}`)] };
    },
  );
}

function said(text: string) {
  return { role: 'user' as const, content: { type: 'text' as const, text } };
}
