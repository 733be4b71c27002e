import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { asProblem } from '../api/problem.js';
import { Button } from './button.js';

interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly text: string;
}

interface Teller {
  /** Says that something was done. */
  readonly done: (text: string) => void;
  /** Says that something failed, and why. */
  readonly failed: (error: unknown) => void;
}

const STAYS_MS = 6000;
const ToastContext = createContext<Teller>({ done: () => undefined, failed: () => undefined });
let ids = 0;

export function useToasts(): Teller {
  return useContext(ToastContext);
}

/** Short words at the corner of the page, read out by screen readers; they go by themselves. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((one) => one.id !== id)), []);
  const tell = useCallback(
    (tone: Toast['tone'], text: string) => {
      const id = ++ids;
      setToasts((all) => [...all.slice(-2), { id, tone, text }]);
      setTimeout(() => drop(id), STAYS_MS);
    },
    [drop],
  );
  const done = useCallback((text: string) => tell('good', text), [tell]);
  const failed = useCallback(
    (error: unknown) => {
      const { message, hint } = asProblem(error);
      tell('bad', `${message} ${hint}`);
    },
    [tell],
  );
  return (
    <ToastContext value={{ done, failed }}>
      {children}
      <div className="toasts" aria-live="polite">
        {toasts.map(({ id, tone, text }) => (
          <div key={id} className={`toast toast-${tone}`}>
            <span>{text}</span>
            <Button look="quiet" icon="close" label="Dismiss" onClick={() => drop(id)} />
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
