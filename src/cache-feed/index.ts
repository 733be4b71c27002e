export { CacheFeed } from './feed.js';
