/** What the browser asks its user for: where a file is to be saved. Not every browser has it. */
type AskWhere = (options: { readonly suggestedName: string }) => Promise<FileSystemFileHandle>;

export interface SaveFile {
  readonly name: string;
  /** As far as they are known before it is asked for. */
  readonly bytes: number;
  readonly read: () => Promise<Response>;
  /** Is told a share, 0 to 1, while a large file is written. */
  readonly onProgress: (share: number) => void;
}

/** Bytes from which on a file is not held in memory, where that can be helped. */
const LARGE = 32_000_000;

/**
 * Saves an answer as a file. A large one is written to the disk as it comes, after its user said where; where the browser
 * cannot do that, and for small ones, the whole is read first and then saved as a link would be.
 * @throws Problem
 */
export async function saveFile(file: SaveFile): Promise<void> {
  const { showSaveFilePicker: askWhere } = window as Window & { showSaveFilePicker?: AskWhere };
  if (askWhere && file.bytes >= LARGE) return writeTo(askWhere, file);
  saveBlob(await (await file.read()).blob(), file.name);
}

/** Nothing is left of a file that broke off: what was written counts once it is closed. */
async function writeTo(askWhere: AskWhere, { name, bytes, read, onProgress }: SaveFile): Promise<void> {
  const place = await askWhere({ suggestedName: name }).catch(nowhere);
  if (!place) return;
  const { body } = await read();
  let written = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      controller.enqueue(piece);
      written += piece.byteLength;
      onProgress(Math.min(1, written / bytes));
    },
  });
  await body?.pipeThrough(counted).pipeTo(await place.createWritable());
}

/** Who closes the question does not want the file: no error. */
function nowhere(error: unknown): undefined {
  if (error instanceof DOMException && error.name === 'AbortError') return undefined;
  throw error;
}

const KEPT_MS = 60_000;

function saveBlob(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
