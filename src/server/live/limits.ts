/** What one socket may take of a server. */
export interface LiveLimits {
  /** Milliseconds for the first message, which tells the credential. */
  readonly authenticateMs: number;
  /** Milliseconds between two pings. A socket that has not answered one by the next is cut; credentials are checked again. */
  readonly heartbeatMs: number;
  readonly subscriptions: number;
  /** Bytes of a message from the client. */
  readonly messageBytes: number;
  /** Messages a second from the client, for ever; ten times as many at once. */
  readonly messagesPerSecond: number;
  readonly socketsPerTenant: number;
  /** Bytes that wait for a client that reads slowly; then its subscriptions wait too, and catch up later. */
  readonly bufferedBytes: number;
}

export const DEFAULT_LIMITS: LiveLimits = {
  authenticateMs: 5000,
  heartbeatMs: 30_000,
  subscriptions: 32,
  messageBytes: 16 * 1024,
  messagesPerSecond: 10,
  socketsPerTenant: 500,
  bufferedBytes: 256 * 1024,
};
