import { type FormEvent, useState } from 'react';
import { asProblem, type Problem } from '../api/problem.js';
import { readSession } from '../api/session.js';
import { Button } from '../parts/button.js';
import { Field } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { Brand } from './brand.js';
import { ThemeSwitch } from './theme-switch.js';

interface SignInProps {
  /** Why the last key stopped being taken. */
  readonly refusal: Problem | undefined;
  readonly onSignedIn: (key: string) => void;
}

export function SignIn({ refusal, onSignedIn }: SignInProps) {
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState(refusal);
  const [isAsking, setAsking] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
    setProblem(undefined);
    try {
      await readSession(key.trim());
      onSignedIn(key.trim());
    } catch (error) {
      setProblem(asProblem(error));
      setAsking(false);
    }
  };

  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <Brand />
        <h1>Sign in</h1>
        <p className="soft">
          With an API key. The server printed one when it first started; <code>aquifer keys create</code>{' '}
          makes another.
        </p>
        <form onSubmit={submit}>
          <Field label="API key">
            {(props) => (
              <input
                {...props}
                type="password"
                value={key}
                onChange={({ target }) => setKey(target.value)}
                placeholder="aq_…"
                autoComplete="off"
                spellCheck={false}
                required
              />
            )}
          </Field>
          {problem && <Refusal problem={problem} />}
          <Button look="primary" type="submit" isBusy={isAsking}>
            Sign in
          </Button>
        </form>
        <p className="soft small">The key stays in this tab, and is forgotten when it closes.</p>
      </div>
      <ThemeSwitch />
    </main>
  );
}

function Refusal({ problem }: { readonly problem: Problem }) {
  const isRefused = problem.status === 401;
  return (
    <div className="notice notice-bad" role="alert">
      <Icon name="warning" />
      <div>
        <strong>{isRefused ? 'This key was not accepted.' : problem.message}</strong>
        <p>
          {isRefused
            ? 'It may be mistyped, expired or revoked. The whole text counts, from “aq_” to its end.'
            : problem.hint}
        </p>
      </div>
    </div>
  );
}
