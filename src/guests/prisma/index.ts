export type { GuestScope } from '../host.js';
export { prismaAdapter } from './adapter.js';
export { type ExtensibleClient, PrismaClients, type PrismaClientsOptions, prismaClients } from './clients.js';
export type { SqlDriverAdapter, SqlDriverAdapterFactory, SqlTransaction } from './driver-adapter.js';
