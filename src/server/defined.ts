type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without what is undefined: an option that is not given is not the same as one that is. */
export function defined<T extends object>(object: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<
    Defined<T>
  >;
}
