/**
 * The names under which caches keep things. A space is a cache or one of its namespaces; its path is the escaped names
 * from the outermost on, joined by `/`, so that no name of a tenant, namespace or key can reach into another's.
 */

/** The path of everything in one store. */
export const ROOT_PATH = '';

export function childPath(path: string, name: string): string {
  const segment = encodeURIComponent(name);
  return path === ROOT_PATH ? segment : `${path}/${segment}`;
}

/** The name of a key in the shared store and in its log. Paths hold no `|`. */
export function keyName(path: string, key: string): string {
  return `${path}|${key}`;
}

/** The mark that every value of a space and of the spaces below it carries. */
export function spaceMark(path: string): string {
  return `s:${path}`;
}

/** The mark of a tag; tags belong to a root, such as a tenant. */
export function tagMark(rootPath: string, tag: string): string {
  return `t:${rootPath}|${tag}`;
}

/** The marks of a space and of all it lies in, outermost first. */
export function spaceMarks(path: string): string[] {
  const marks = [spaceMark(ROOT_PATH)];
  if (path === ROOT_PATH) return marks;
  const segments = path.split('/');
  for (let depth = 1; depth <= segments.length; depth++) {
    marks.push(spaceMark(segments.slice(0, depth).join('/')));
  }
  return marks;
}

/** The mark of everything in a store. */
export const ROOT_MARK = spaceMark(ROOT_PATH);

/** The path of a tenant's cache. No namespace has it, be it of a cache without tenants in the same store: `@` is escaped. */
export function tenantPath(tenantId: string): string {
  return `@${childPath(ROOT_PATH, tenantId)}`;
}

/** The mark of everything of a tenant. */
export function markOfTenant(tenantId: string): string {
  return spaceMark(tenantPath(tenantId));
}

export function marksOfTags(tenantId: string, tags: readonly string[]): string[] {
  const root = tenantPath(tenantId);
  return tags.map((tag) => tagMark(root, tag));
}

export type ParsedMark =
  | { readonly kind: 'space'; readonly path: string }
  | { readonly kind: 'tag'; readonly path: string; readonly tag: string };

export function parseKeyName(name: string): { readonly path: string; readonly key: string } {
  const at = name.indexOf('|');
  return { path: name.slice(0, at), key: name.slice(at + 1) };
}

export function parseMark(mark: string): ParsedMark {
  const rest = mark.slice(2);
  if (mark.startsWith('s:')) return { kind: 'space', path: rest };
  const { path, key } = parseKeyName(rest);
  return { kind: 'tag', path, tag: key };
}
