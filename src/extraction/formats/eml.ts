import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { messageOf } from '../../errors/index.js';
import type { DocumentBuilder } from '../builder.js';
import type { FormatReader, ReadContext } from '../context.js';
import { corrupt, tooDeep } from '../failures.js';
import { appendNested } from '../nested.js';
import { readHtmlText } from './html.js';
import { readPlainText } from './text.js';

/** MIME parts nest within each other; no mail program comes near (postal-mime's own bound). */
const MAX_MIME_DEPTH = 256;

/**
 * Mail (RFC 5322, MIME): subject as the first heading, correspondents and date, the body, then each
 * attachment of a known format under its name.
 */
export const readEml: FormatReader = async ({ bytes }, into, context) => {
  const mail = await parse(bytes, context.limits.maxDepth);
  describe(mail, into);
  writeBody(mail, into, context);
  for (const attachment of mail.attachments) await writeAttachment(attachment, into, context);
};

async function parse(bytes: Uint8Array, maxDepth: number): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, {
      maxNestingDepth: Math.min(maxDepth, MAX_MIME_DEPTH),
      forceRfc822Attachments: true,
    });
  } catch (error) {
    if (messageOf(error).includes('nesting depth')) throw tooDeep(Math.min(maxDepth, MAX_MIME_DEPTH));
    throw corrupt('mail', error);
  }
}

function describe(mail: Email, into: DocumentBuilder): void {
  into.setTitle(mail.subject);
  into.add('heading', mail.subject ?? '', 1);
  const fields = {
    from: formatAddresses(mail.from ? [mail.from] : []),
    to: formatAddresses(mail.to ?? []),
    cc: formatAddresses(mail.cc ?? []),
    date: mail.date ?? '',
  };
  for (const [name, value] of Object.entries(fields)) into.setMetadata(name, value);
  into.setMetadata('subject', mail.subject);
  const lines = Object.entries(fields).filter(([, value]) => value !== '');
  into.add('paragraph', lines.map(([name, value]) => `${capitalised(name)}: ${value}`).join('\n'));
}

function writeBody(mail: Email, into: DocumentBuilder, { limits }: ReadContext): void {
  if (mail.text !== undefined && mail.text.trim() !== '') readPlainText(mail.text, into);
  else if (mail.html !== undefined) readHtmlText(mail.html, into, limits.maxDepth);
}

/** Pictures that belong to the HTML body are no attachments of their own. */
async function writeAttachment(
  attachment: Attachment,
  into: DocumentBuilder,
  context: ReadContext,
): Promise<void> {
  if (attachment.related || typeof attachment.content === 'string') return;
  const name = attachment.filename ?? attachment.mimeType;
  into.introduce(name, 2);
  await appendNested({ bytes: new Uint8Array(attachment.content), name }, into, context, 2);
}

function formatAddresses(addresses: readonly Address[]): string {
  return addresses
    .flatMap((address) => address.group ?? [address])
    .map(({ name, address }) => (name && name !== address ? `${name} <${address}>` : address))
    .join(', ');
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
