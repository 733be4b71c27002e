import { useRef } from 'react';
import { droppedFiles, type PickedFile, pickedFiles } from '../../api/dropped-files.js';
import { Button } from '../../parts/button.js';
import { Icon } from '../../parts/icon.js';
import { useToasts } from '../../parts/toasts.js';
import { useFileDrop } from './file-drop.js';

/** React's types do not know it. */
const A_FOLDER = { webkitdirectory: '' };

interface DropZoneProps {
  readonly onFiles: (files: readonly PickedFile[]) => void;
}

/** Takes files and folders: dropped, or chosen. */
export function DropZone({ onFiles }: DropZoneProps) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const toasts = useToasts();
  const isOver = useFileDrop((dropped) => void droppedFiles(dropped).then(onFiles, toasts.failed));
  const choose = ({ target }: { readonly target: HTMLInputElement }) => {
    onFiles(pickedFiles(target.files ?? []));
    target.value = '';
  };
  return (
    <div className="drop-zone" data-over={isOver || undefined}>
      <Icon name="upload" />
      <p className="drop-hint">{isOver ? 'Let go to upload' : 'Drop files or folders, or'}</p>
      <span className="drop-acts">
        <Button onClick={() => files.current?.click()}>Choose files</Button>
        <Button look="quiet" onClick={() => folder.current?.click()}>
          Choose a folder
        </Button>
      </span>
      <input ref={files} type="file" multiple hidden aria-label="Files to upload" onChange={choose} />
      <input ref={folder} type="file" {...A_FOLDER} hidden aria-label="Folder to upload" onChange={choose} />
    </div>
  );
}
