import { AquiferError } from '../../../errors/index.js';
import type { Call } from '../../route.js';
import { fileUuid } from '../ids.js';

/**
 * Whether files may be made documents, as far as that is known before they are read.
 * @throws AQF_FILE_NOT_FOUND, AQF_EXTRACTION_TOO_LARGE
 */
export async function assertReadable(
  { scope, layer }: Pick<Call, 'scope' | 'layer'>,
  ids: readonly string[],
): Promise<void> {
  const { maxBytes } = layer.config.values.extraction.limits;
  for (const id of ids) {
    const { bytes } = await scope.files.get(fileUuid(id));
    if (bytes <= maxBytes) continue;
    throw new AquiferError(
      'AQF_EXTRACTION_TOO_LARGE',
      `The file ${id} has ${bytes} bytes; a document is read of at most ${maxBytes}.`,
      { hint: 'Split the file, or raise extraction.limits.maxBytes.', facts: { bytes, maxBytes } },
    );
  }
}
