import { randomBytes } from 'node:crypto';

/** Long enough that two never meet: a mark that was lost and made anew must not bring back what carried the old one. */
export function newToken(): string {
  return randomBytes(16).toString('base64url');
}
