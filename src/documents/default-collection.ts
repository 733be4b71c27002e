/** The collection of documents that name none. It comes into being with the first of them. */
export const DEFAULT_COLLECTION = 'default';
