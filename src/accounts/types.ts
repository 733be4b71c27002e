/** An API key as it is shown: never the key itself. */
export interface ApiKey {
  /** The part that is no secret. */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly createdAt: Date;
  readonly createdBy: string | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  /** The id of the key that this one took the place of. */
  readonly rotatedFrom: string | null;
}

export interface NewApiKey {
  /** What people call it, 1 to 200 characters. */
  readonly name: string;
  /** @default ['editor'], unless there are permissions */
  readonly roles?: readonly string[] | undefined;
  /** `entity:action`, besides what the roles allow. */
  readonly permissions?: readonly string[] | undefined;
  readonly expiresAt?: Date | undefined;
}

/** The one moment at which the key itself is known. */
export interface CreatedApiKey extends ApiKey {
  readonly key: string;
}

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly suspendedAt: Date | null;
}
