/** What is printed once the server listens. */
export interface Link {
  readonly url: string;
  /** Signs in whoever opens it: a fragment does not reach servers or logs on the way. */
  readonly link: string;
}

export function linkWith(url: string, key: string | undefined): Link {
  return { url, link: key === undefined ? url : `${url}/#key=${key}` };
}

/** @param key shown once; undefined where there are others already */
export function welcome({ url, link }: Link, tenant: string, key: string | undefined): string {
  const shown =
    key === undefined
      ? 'Sign in with an API key; `aquifer keys create` makes one.'
      : `API key of the tenant "${tenant}", shown this once: ${key}`;
  return `Aquifer serves ${link}\n${shown}\n\n  REST ${url}/docs   OpenAI ${url}/v1   MCP ${url}/mcp   live ${url.replace(/^http/, 'ws')}/ws\n`;
}
