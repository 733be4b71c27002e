/**
 * One URL a server: `url` itself, and the same for each of the other hosts, with user, password, database and
 * parameters as they are; a server named twice is one. A host is `name`, `name:port` or the folder of a Unix socket.
 */
export function clusterUrls(url: string, hosts: readonly string[]): string[] {
  return [...new Set([url, ...hosts.map((host) => withHost(url, host))])];
}

function withHost(url: string, host: string): string {
  const [, scheme = '', credentials = '', path = '', query = ''] =
    /^([a-z]+:\/\/)([^/?]*@)?[^/?]*([^?]*)\??(.*)$/i.exec(url) ?? [];
  const params = query.split('&').filter((param) => param !== '' && !/^(host|port)=/.test(param));
  const isSocket = host.startsWith('/');
  if (isSocket) params.push(`host=${encodeURIComponent(host)}`);
  const end = params.length === 0 ? '' : `?${params.join('&')}`;
  return `${scheme}${credentials}${isSocket ? '' : host}${path}${end}`;
}
