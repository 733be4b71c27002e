import { EntitySchema } from 'typeorm';

// The tenant, and what Aquifer counts, are the database's to write: TypeORM is told of neither.

export interface User {
  id: string;
  email: string;
  name: string;
  role: 'owner' | 'member' | 'guest';
  tags: string[];
}

export interface Conversation {
  id: string;
  title: string;
}

export interface Message {
  id: string;
  body: string;
  metadata: Record<string, unknown>;
  sentAt: Date;
  conversation: Conversation;
  author: User | null;
  attachments: Attachment[];
}

export interface Attachment {
  id: string;
  fileName: string;
  /** A bigint, which node-postgres gives as text. */
  bytes: string;
  checksum: Buffer;
  message: Message;
}

const id = { type: 'uuid', primary: true } as const;

export const users = new EntitySchema<User>({
  name: 'User',
  tableName: 'users',
  columns: {
    id,
    email: { type: 'text' },
    name: { type: 'text' },
    role: { type: 'enum', enum: ['owner', 'member', 'guest'], enumName: 'user_role', default: 'member' },
    tags: { type: 'text', array: true, default: [] },
  },
});

export const conversations = new EntitySchema<Conversation>({
  name: 'Conversation',
  tableName: 'conversations',
  columns: { id, title: { type: 'text' } },
});

export const messages = new EntitySchema<Message>({
  name: 'Message',
  tableName: 'messages',
  columns: {
    id,
    body: { type: 'text' },
    metadata: { type: 'jsonb', default: {} },
    sentAt: { name: 'sent_at', type: 'timestamptz', default: () => 'now()' },
  },
  relations: {
    conversation: {
      type: 'many-to-one',
      target: 'Conversation',
      joinColumn: { name: 'conversation_id' },
      cascade: ['insert'],
    },
    author: { type: 'many-to-one', target: 'User', joinColumn: { name: 'author_id' }, nullable: true },
    attachments: {
      type: 'one-to-many',
      target: 'Attachment',
      inverseSide: 'message',
      cascade: ['insert'],
    },
  },
});

export const attachments = new EntitySchema<Attachment>({
  name: 'Attachment',
  tableName: 'attachments',
  columns: {
    id,
    fileName: { name: 'file_name', type: 'text' },
    bytes: { type: 'bigint' },
    checksum: { type: 'bytea' },
  },
  relations: {
    message: {
      type: 'many-to-one',
      target: 'Message',
      joinColumn: { name: 'message_id' },
      inverseSide: 'attachments',
    },
  },
});
