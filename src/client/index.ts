export { type Answer, Client, createClient } from './client.js';
export { ApiError } from './error.js';
export type { LiveChange, LiveEvent, LiveFollowOptions } from './live.js';
export type { ClientOptions, FetchFunction } from './options.js';
export type { Body, Query, RequestOptions, Result, Route } from './routes.js';
export type { Uploaded, UploadOptions } from './upload.js';
