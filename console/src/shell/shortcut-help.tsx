import { Dialog } from '../parts/dialog.js';
import { PAGES } from './pages.js';

interface ShortcutHelpProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function ShortcutHelp({ isOpen, onClose }: ShortcutHelpProps) {
  return (
    <Dialog title="Keyboard" isOpen={isOpen} onClose={onClose}>
      <dl className="keys">
        <Shortcut keys={['/']}>Search</Shortcut>
        {PAGES.map(({ letter, name }) => (
          <Shortcut key={letter} keys={['g', letter]}>
            {name}
          </Shortcut>
        ))}
        <Shortcut keys={['Esc']}>Close what is open</Shortcut>
        <Shortcut keys={['?']}>This list</Shortcut>
      </dl>
    </Dialog>
  );
}

function Shortcut({ keys, children }: { readonly keys: readonly string[]; readonly children: string }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
