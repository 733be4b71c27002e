/** Header fields of RFC 5322 and MIME that mail carries and other `Name: value` texts hardly do. */
const MAIL_FIELDS = new Set([
  'from',
  'to',
  'subject',
  'date',
  'sender',
  'reply-to',
  'received',
  'return-path',
  'delivered-to',
  'message-id',
  'in-reply-to',
  'mime-version',
  'dkim-signature',
  'content-transfer-encoding',
]);
const MIN_FIELDS = 2;

/** The text begins with a header block that holds at least two fields of mail. */
export function looksLikeMail(text: string): boolean {
  const found = new Set<string>();
  for (const line of text.replace(/^From .*\r?\n/, '').split('\n', 200)) {
    if (/^[ \t]+\S/.test(line)) continue;
    const field = /^([A-Za-z][A-Za-z0-9-]*):/.exec(line)?.[1];
    if (field === undefined) break;
    if (MAIL_FIELDS.has(field.toLowerCase())) found.add(field.toLowerCase());
  }
  return found.size >= MIN_FIELDS;
}
