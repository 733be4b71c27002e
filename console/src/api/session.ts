import { useQuery } from '@tanstack/react-query';
import { Api } from './api.js';
import { useApi } from './api-context.js';

/** Who is signed in. */
export interface Session {
  readonly tenantId: string;
  readonly actorId: string;
  readonly roles: readonly string[];
  /** `entity:action`, either of which may be `*`. */
  readonly permissions: readonly string[];
  readonly expiresAt: string | null;
}

export type Action = 'read' | 'create' | 'update' | 'delete' | 'manage';

/** What is about the tenant itself: `*` does not stand for these, but in `*:*`. */
const GUARDED = ['audit', 'jobs', 'keys', 'operations', 'usage'];

/** @throws Problem when the key is refused */
export function readSession(key: string): Promise<Session> {
  return new Api({ key, onRefused: () => undefined }).get<Session>('/api/session');
}

export function useSession(): Session | undefined {
  const api = useApi();
  return useQuery({
    queryKey: ['session'],
    queryFn: ({ signal }) => api.get<Session>('/api/session', {}, signal),
    staleTime: 60_000,
  }).data;
}

/** Whether the session may do something; false until it is known. What counts in the end is the server's word. */
export function useMay(): (entity: string, action: Action) => boolean {
  const granted = useSession()?.permissions ?? [];
  return (entity, action) => {
    const has = (permission: string) => granted.includes(permission);
    if (has('*:*') || has(`${entity}:*`) || has(`${entity}:${action}`)) return true;
    return !GUARDED.includes(entity) && has(`*:${action}`);
  };
}
