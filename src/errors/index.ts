export {
  AquiferError,
  type ErrorDetails,
  type ErrorFacts,
  isAquiferError,
  messageOf,
} from './aquifer-error.js';
export { ERROR_CATALOGUE, type ErrorCode } from './catalogue.js';
