/**
 * The public members of an object and, as `name.member`, of the objects of classes it holds: what a caller
 * can reach. Found by reflection, so that a member added later cannot be forgotten. `closed` are not looked into.
 */
export function publicMembers(name: string, target: object, closed: readonly string[] = []): string[] {
  return memberKeys(target).flatMap((key) => {
    const member = `${name}.${String(key)}`;
    const held = Object.hasOwn(target, key) ? Reflect.get(target, key) : undefined;
    return isInstance(held) && !closed.includes(member)
      ? [member, ...publicMembers(member, held, closed)]
      : [member];
  });
}

function memberKeys(target: object): PropertyKey[] {
  const keys = new Set<PropertyKey>();
  for (let at = target; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const key of Reflect.ownKeys(at)) if (key !== 'constructor') keys.add(key);
  }
  return [...keys];
}

function isInstance(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null;
}
