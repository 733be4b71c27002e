import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from './button.js';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** At the side of the page, over its whole height. */
  readonly side?: boolean;
  readonly children: ReactNode;
}

/** A modal dialog of the browser's own: it keeps the focus, closes by Esc, and gives the focus back. */
export function Dialog({ title, isOpen, onClose, side, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const { current } = dialog;
    if (isOpen && !current?.open) current?.showModal();
    if (!isOpen && current?.open) current.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      className={side ? 'dialog dialog-side' : 'dialog'}
      aria-labelledby={heading}
      onClose={onClose}
      closedby="any"
    >
      <header className="dialog-head">
        <h2 id={heading}>{title}</h2>
        <Button look="quiet" icon="close" label="Close" onClick={() => dialog.current?.close()} />
      </header>
      {isOpen && <div className="dialog-body">{children}</div>}
    </dialog>
  );
}
