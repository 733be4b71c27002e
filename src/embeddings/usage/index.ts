export { type DailyUsage, type UsageQuery, usage } from './read-usage.js';
export { UsageMeter, type UsageMeterOptions, type UsageTotals } from './usage-meter.js';
export type { EmbeddingUse, UseListener } from './use.js';
