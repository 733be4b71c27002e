import { type AquiferConfigInput, type LoadConfigOptions, loadConfig } from '../config/index.js';
import { AquiferError } from '../errors/index.js';
import type { RelationalProvider } from '../relational/index.js';
import { openRelational } from './providers.js';

/**
 * The one relational provider of a process, for applications that want it within reach everywhere; whoever can
 * hand on a data layer does better with `createDataLayer`. It does not touch the schema.
 */
class SharedProvider {
  #opening: Promise<RelationalProvider> | undefined;
  #provider: RelationalProvider | undefined;
  #closing: Promise<void> = Promise.resolve();

  /**
   * Opens the provider that the configuration names. While one is open, or being opened, it is that one that is
   * given, whatever the configuration.
   * @throws AQF_CONFIG_INVALID, AQF_DATABASE_LOCKED, AQF_DATABASE_UNAVAILABLE; `init` may then be called again
   */
  init(
    config: AquiferConfigInput = {},
    load: Omit<LoadConfigOptions, 'overrides'> = {},
  ): Promise<RelationalProvider> {
    if (this.#opening) return this.#opening;
    const opening = this.#open(config, load);
    this.#opening = opening;
    opening.then(
      (provider) => {
        if (this.#opening === opening) this.#provider = provider;
      },
      () => {
        if (this.#opening === opening) this.#opening = undefined;
      },
    );
    return opening;
  }

  /** @throws AQF_LAYER_CLOSED before `init` has resolved and after `shutdown` */
  get(): RelationalProvider {
    if (this.#provider) return this.#provider;
    throw new AquiferError('AQF_LAYER_CLOSED', 'DbProvider has no open database.', {
      hint: 'Await DbProvider.init(config) before DbProvider.get().',
    });
  }

  /** Whether a provider is open and its database answers now. */
  async isConnected(): Promise<boolean> {
    return (await this.#provider?.isAvailable()) ?? false;
  }

  /** Closes what is open or being opened; `init` opens anew. Safe to call twice. */
  shutdown(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#provider = undefined;
    if (opening) this.#closing = closed(opening);
    return this.#closing;
  }

  async #open(
    config: AquiferConfigInput,
    load: Omit<LoadConfigOptions, 'overrides'>,
  ): Promise<RelationalProvider> {
    await this.#closing; // the embedded database can be opened again only then
    return openRelational((await loadConfig({ ...load, overrides: config })).values);
  }
}

async function closed(opening: Promise<RelationalProvider>): Promise<void> {
  const provider = await opening.catch(() => undefined);
  await provider?.close();
}

export const DbProvider = new SharedProvider();
