import { useSession } from '../api/session.js';
import { Button } from '../parts/button.js';
import { ThemeSwitch } from './theme-switch.js';

interface WhoProps {
  readonly onSignOut: () => void;
  readonly onHelp: () => void;
}

/** Who is signed in, and what he may change about the console. */
export function Who({ onSignOut, onHelp }: WhoProps) {
  const session = useSession();
  return (
    <div className="who">
      <ThemeSwitch />
      {session && (
        <div className="who-card">
          <span className="who-tenant">{session.tenantId}</span>
          <span className="who-actor">
            {session.actorId} · {session.roles.join(', ') || 'no role'}
          </span>
        </div>
      )}
      <div className="who-acts">
        <Button look="quiet" icon="sign-out" onClick={onSignOut}>
          Sign out
        </Button>
        <Button look="quiet" icon="keyboard" label="Keyboard shortcuts" onClick={onHelp} />
      </div>
    </div>
  );
}
