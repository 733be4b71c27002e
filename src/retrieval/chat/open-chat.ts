import type { AquiferConfig } from '../../config/index.js';
import { AquiferError } from '../../errors/index.js';
import { type ChatModel, createChat } from './chat.js';

/** The chat model of the configuration. @throws AQF_CONFIG_INVALID when there is none */
export function openChat({ baseUrl, apiKey, model, timeoutMs }: AquiferConfig['chat']): ChatModel {
  if (baseUrl === undefined || model === undefined) {
    const missing = baseUrl === undefined ? 'chat.baseUrl' : 'chat.model';
    throw new AquiferError('AQF_CONFIG_INVALID', `There is nobody to answer: ${missing} is not set.`, {
      hint: 'Set AQUIFER_CHAT_BASE_URL and AQUIFER_CHAT_MODEL, and AQUIFER_CHAT_API_KEY where the endpoint asks for a key.',
    });
  }
  return createChat({ baseUrl, model, timeoutMs, ...(apiKey !== undefined && { apiKey }) });
}
