/** A file to send, and what it is called as a source: its path in the folder that it came in, or its name. */
export interface PickedFile {
  readonly file: File;
  readonly source: string;
}

/** Files that were chosen in the browser's own dialog. */
export function pickedFiles(files: Iterable<File>): readonly PickedFile[] {
  return [...files].filter(isWanted).map((file) => ({ file, source: file.webkitRelativePath || file.name }));
}

/**
 * Files that were dropped; of folders what is inside. What is dropped can be asked for until the event is over, so that
 * this is called while it is handled.
 */
export async function droppedFiles({ items, files }: DataTransfer): Promise<readonly PickedFile[]> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (!entries.some(({ isDirectory }) => isDirectory)) return pickedFiles(files);
  const found = await Promise.all(entries.map(filesOf));
  return found.flat();
}

async function filesOf(entry: FileSystemEntry): Promise<readonly PickedFile[]> {
  if (isFolder(entry)) return (await Promise.all((await childrenOf(entry)).map(filesOf))).flat();
  const file = await new Promise<File>((resolve, reject) =>
    (entry as FileSystemFileEntry).file(resolve, reject),
  );
  return isWanted(file) ? [{ file, source: entry.fullPath.replace(/^\//, '') }] : [];
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** A reader tells a hundred at a time, and nothing once it has told all. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const more = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (more.length === 0) return children;
    children.push(...more);
  }
}

/** What systems leave in folders is no document: `.DS_Store` and the like. */
function isWanted({ name }: File): boolean {
  return !name.startsWith('.');
}
