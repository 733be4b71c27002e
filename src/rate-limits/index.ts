export { type Bucket, type BucketStore, MemoryBuckets, type Taken } from './buckets.js';
export { PostgresBuckets } from './postgres-buckets.js';
export { RedisBuckets } from './redis-buckets.js';
