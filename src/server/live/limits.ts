/** What one socket may take of a server. */
export interface LiveLimits extends ConfiguredLimits {
  /** Milliseconds for the first message, which tells the credential. */
  readonly authenticateMs: number;
  /** Bytes of a message from the client. */
  readonly messageBytes: number;
  /** Messages a second from the client, for ever; ten times as many at once. */
  readonly messagesPerSecond: number;
}

/** Those that are settings: the section `server.live` of the configuration. */
export interface ConfiguredLimits {
  readonly socketsPerTenant: number;
  readonly subscriptions: number;
  /** Bytes that wait for a client that reads slowly; then its subscriptions wait too, and catch up later. */
  readonly bufferedBytes: number;
  /** Milliseconds between two pings. A socket that has not answered one by the next is cut; credentials are checked again. */
  readonly heartbeatMs: number;
}

/** Those of the protocol: a client that keeps to it never meets them. */
export const PROTOCOL_LIMITS: Omit<LiveLimits, keyof ConfiguredLimits> = {
  authenticateMs: 5000,
  messageBytes: 16 * 1024,
  messagesPerSecond: 10,
};
