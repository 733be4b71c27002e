import { z } from 'zod';
import { isHttpUrl } from '../url.js';
import { settingRegistry } from './setting.js';

/** Where an Aurora cluster is reached through the RDS Data API. Credentials are the AWS SDK's business. */
export const aurora = z.strictObject({
  resourceArn: z
    .string()
    .regex(/^arn:[\w-]+:rds:[\w-]+:\d{12}:cluster:\S+$/)
    .optional()
    .register(settingRegistry, {
      kind: 'text',
      description: 'ARN of the Aurora PostgreSQL cluster.',
      allowed: 'arn:aws:rds:region:account:cluster:name',
      variables: ['AQUIFER_RELATIONAL_AURORA_RESOURCE_ARN'],
    }),
  secretArn: z
    .string()
    .regex(/^arn:[\w-]+:secretsmanager:\S+$/)
    .optional()
    .register(settingRegistry, {
      kind: 'text',
      description:
        'ARN of the secret in Secrets Manager with the name and the password of the database user.',
      allowed: 'arn:aws:secretsmanager:region:account:secret:name',
      variables: ['AQUIFER_RELATIONAL_AURORA_SECRET_ARN'],
    }),
  database: z
    .string()
    .min(1)
    .default('postgres')
    .register(settingRegistry, {
      kind: 'text',
      description: 'Name of the database in the cluster.',
      allowed: 'a name',
      variables: ['AQUIFER_RELATIONAL_AURORA_DATABASE'],
    }),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d+$/)
    .optional()
    .register(settingRegistry, {
      kind: 'text',
      description: 'AWS region of the Data API; without it the one in the ARN of the cluster.',
      allowed: 'the name of a region, such as eu-central-1',
      variables: ['AQUIFER_RELATIONAL_AURORA_REGION'],
    }),
  endpoint: z
    .string()
    .refine(isHttpUrl)
    .optional()
    .register(settingRegistry, {
      kind: 'url',
      description: 'Address of the Data API where it is not that of the region, such as a VPC endpoint.',
      allowed: 'https://host or http://host:8000',
      variables: ['AQUIFER_RELATIONAL_AURORA_ENDPOINT'],
    }),
});
