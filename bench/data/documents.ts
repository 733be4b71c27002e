import type { Passage } from './proposals.js';

/** A document put together again from its passages. */
export interface SourceDocument {
  readonly name: string;
  readonly passages: readonly Passage[];
}

export function groupByDocument(passages: readonly Passage[]): SourceDocument[] {
  const groups = new Map<string, Passage[]>();
  for (const passage of passages) {
    const group = groups.get(passage.document);
    if (group) group.push(passage);
    else groups.set(passage.document, [passage]);
  }
  return [...groups].map(([name, members]) => ({ name, passages: members }));
}

/** As Markdown: the title, then each passage, below its heading where that changes. */
export function toMarkdown({ passages }: SourceDocument): string {
  const lines = [`# ${passages[0]?.title ?? ''}`];
  let heading: string | null = null;
  for (const passage of passages) {
    if (passage.heading && passage.heading !== heading) lines.push(`## ${passage.heading}`);
    heading = passage.heading;
    lines.push(passage.text);
  }
  return `${lines.join('\n\n')}\n`;
}
