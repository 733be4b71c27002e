import { AquiferError } from '../errors/index.js';

export const ACTIONS = ['read', 'create', 'update', 'delete'] as const;
export type Action = (typeof ACTIONS)[number];

/** What is about the tenant itself, not its data: `*` does not stand for these, but in `*:*`. */
export const GUARDED = ['audit', 'jobs', 'keys', 'operations', 'usage'] as const;

const ENTITY = /^(\*|[a-z][a-z0-9_.-]{0,127})$/i;

/** Whether a text is `entity:action`, either of which may be `*`. */
export function isPermission(text: string): boolean {
  const [entity = '', action = '', ...rest] = text.split(':');
  return rest.length === 0 && ENTITY.test(entity) && (action === '*' || isAction(action));
}

/** What a credential allows: a set of `entity:action`, where `*` stands for any. */
export class Permissions {
  readonly #granted: ReadonlySet<string>;

  /** @throws AQF_ARGUMENT_INVALID for what is not `entity:action` */
  constructor(granted: Iterable<string>) {
    this.#granted = new Set(granted);
    for (const permission of this.#granted) {
      if (isPermission(permission)) continue;
      const message = `${JSON.stringify(permission)} is no permission: expected entity:action, the action one of ${ACTIONS.join(', ')} or *.`;
      throw new AquiferError('AQF_ARGUMENT_INVALID', message);
    }
  }

  /** @param entity or `*` for all data, @param action or `*` for all of them */
  allows(entity: string, action: Action | '*'): boolean {
    const has = (permission: string) => this.#granted.has(permission);
    if (has('*:*') || has(`${entity}:*`) || has(`${entity}:${action}`)) return true;
    return !isGuarded(entity) && has(`*:${action}`);
  }

  /** Whether who has these may grant the others: nobody grants what he does not have. */
  covers(others: Permissions): boolean {
    return [...others.#granted].every((permission) => {
      const [entity = '', action = ''] = permission.split(':');
      return this.allows(entity, action as Action | '*');
    });
  }

  toJSON(): string[] {
    return [...this.#granted].sort();
  }
}

function isAction(text: string): text is Action {
  return (ACTIONS as readonly string[]).includes(text);
}

function isGuarded(entity: string): boolean {
  return (GUARDED as readonly string[]).includes(entity);
}
