export { loadPeer, type Peer } from './load-peer.js';
