import { Parser } from 'htmlparser2';
import type { DocumentBuilder } from '../builder.js';
import type { FormatReader } from '../context.js';
import { tooDeep } from '../failures.js';
import { BlockFlow } from '../flow.js';
import { decodeText } from '../text/decode.js';
import { HtmlBlocks } from './html-blocks.js';

/** HTML and XHTML (WHATWG), read as a stream without a tree, scripts and styles left out. */
export const readHtml: FormatReader = ({ bytes }, into, { limits }) => {
  readHtmlText(decodeText(bytes, declaredCharset(bytes)), into, limits.maxDepth);
};

/** For readers whose format contains or becomes HTML: mail and Markdown. */
export function readHtmlText(html: string, into: DocumentBuilder, maxDepth: number): void {
  const blocks = new HtmlBlocks(new BlockFlow(into), into);
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth += 1;
        if (depth > maxDepth) throw tooDeep(maxDepth);
        blocks.open(name, attributes);
      },
      ontext: (text) => blocks.text(text),
      onclosetag(name) {
        depth -= 1;
        blocks.close(name);
      },
    },
    { decodeEntities: true, lowerCaseTags: true, recognizeSelfClosing: false },
  );
  parser.end(html);
  blocks.end();
}

/** The charset a page declares of itself, in its first 4096 bytes (browsers look at 1024). */
function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  const declared =
    /<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(head) ??
    /^\s*<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)["']/i.exec(head);
  return declared?.[1];
}
