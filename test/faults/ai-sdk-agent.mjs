// A conversation of the real AI SDK with a model that asks the search tool once. Prints the tool's schema as the model
// sees it, what the tool was asked and gave, and the last answer. Runs in a folder that has `ai` installed.
// Usage: node ai-sdk-agent.mjs <file URL of the adapter>
import { generateText, isStepCount, tool } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';

const { searchTool } = await import(process.argv[2]);
const asked = [];
const scope = {
  async search(question, options) {
    asked.push([question, options]);
    return [
      {
        title: 'Manual',
        source: 'manual.pdf',
        page: 3,
        headingPath: ['Pump'],
        content: 'Prime it with oil.',
      },
    ];
  },
};

const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
const turns = [
  {
    content: [
      {
        type: 'tool-call',
        toolCallId: 'call-1',
        toolName: 'search',
        input: JSON.stringify({ question: 'How is the pump primed?', limit: 2 }),
      },
    ],
    finishReason: { unified: 'tool-calls', raw: undefined },
    usage,
    warnings: [],
  },
  {
    content: [{ type: 'text', text: 'With oil [1].' }],
    finishReason: { unified: 'stop', raw: undefined },
    usage,
    warnings: [],
  },
];
const seen = [];
const model = new MockLanguageModelV4({
  doGenerate: async (options) => {
    seen.push(options);
    return turns[seen.length - 1];
  },
});

const options = { limit: 4, filter: { kind: 'manual' } };
const { text, steps } = await generateText({
  model,
  prompt: 'How is the pump primed?',
  tools: { search: tool(searchTool(scope, { options })) },
  stopWhen: isStepCount(3),
});

const [search] = seen[0].tools;
console.log(
  JSON.stringify({
    text,
    asked,
    schema: search.inputSchema,
    output: steps[0].toolResults[0].output,
    toldTheModel: JSON.stringify(seen[1].prompt).includes('Prime it with oil.'),
  }),
);
