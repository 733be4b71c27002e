/** The tenant that all passages belong to. */
export const TENANT = 'bench';
/** Results that each search is asked for. */
export const LIMIT = 10;
