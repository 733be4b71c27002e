import { AquiferError } from '../../errors/index.js';

const FILE = /^file-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

export function fileId(uuid: string): string {
  return `file-${uuid}`;
}

/** @throws AQF_FILE_NOT_FOUND for what is no id of a file */
export function fileUuid(id: string): string {
  const uuid = FILE.exec(id)?.[1];
  if (uuid !== undefined) return uuid;
  throw new AquiferError('AQF_FILE_NOT_FOUND', `No such file: ${JSON.stringify(id.slice(0, 64))}.`);
}

/** As OpenAI tells times: whole seconds. */
export function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
