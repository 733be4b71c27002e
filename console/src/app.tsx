import { QueryClientProvider } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { Api } from './api/api.js';
import { ApiContext } from './api/api-context.js';
import type { Problem } from './api/problem.js';
import { createQueryClient } from './api/query-client.js';
import { ToastProvider } from './parts/toasts.js';
import { forgetKey, keepKey, onLinkedKey, takeKey } from './shell/credential.js';
import { Shell } from './shell/shell.js';
import { SignIn } from './shell/sign-in.js';

/** The console: a sign in, and what it opens. */
export function App() {
  const [key, setKey] = useState(takeKey);
  const [refusal, setRefusal] = useState<Problem>();
  const signOut = useCallback((problem?: Problem) => {
    forgetKey();
    setKey(undefined);
    setRefusal(problem);
  }, []);
  const signIn = useCallback((accepted: string) => {
    keepKey(accepted);
    setRefusal(undefined);
    setKey(accepted);
  }, []);
  useEffect(() => onLinkedKey(signIn), [signIn]);
  if (key === undefined) return <SignIn refusal={refusal} onSignedIn={signIn} />;
  return <SignedIn key={key} credential={key} onSignOut={signOut} />;
}

interface SignedInProps {
  readonly credential: string;
  readonly onSignOut: (problem?: Problem) => void;
}

/** What one key has read is not for the next. */
function SignedIn({ credential, onSignOut }: SignedInProps) {
  const api = useMemo(() => new Api({ key: credential, onRefused: onSignOut }), [credential, onSignOut]);
  const [queries] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queries}>
      <ApiContext value={api}>
        <ToastProvider>
          <Shell onSignOut={() => onSignOut()} />
        </ToastProvider>
      </ApiContext>
    </QueryClientProvider>
  );
}
