import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands before a server and counts round trips. */
export interface CountingProxy {
  readonly port: number;
  /** How often, since the last call, a client spoke after the server had: requests sent together count once. */
  taken(): number;
  close(): Promise<void>;
}

/** @param ignored whether a connection that sent this is not to be counted, such as one that follows a log */
export async function openCountingProxy(
  target: { readonly host: string; readonly port: number },
  ignored: (sent: Buffer) => boolean,
): Promise<CountingProxy> {
  const connections = new Set<Connection>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target);
    const connection: Connection = { trips: 0, answered: true, ignored: false };
    connections.add(connection);
    client.on('data', (sent) => {
      connection.ignored ||= ignored(sent);
      if (connection.answered) connection.trips++;
      connection.answered = false;
      upstream.write(sent);
    });
    upstream.on('data', (reply) => {
      connection.answered = true;
      client.write(reply);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => takenOf(connections),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Connection {
  trips: number;
  answered: boolean;
  ignored: boolean;
}

function takenOf(connections: Iterable<Connection>): number {
  let trips = 0;
  for (const connection of connections) {
    if (!connection.ignored) trips += connection.trips;
    connection.trips = 0;
  }
  return trips;
}
