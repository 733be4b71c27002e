import { z } from 'zod';
import { wholeNumber } from './setting.js';

export const documents = z.strictObject({
  retentionDays: wholeNumber({
    min: 0,
    max: 36_500,
    default: 30,
    description: 'Days that deleted documents can be restored; then they are removed with their originals.',
    variables: ['AQUIFER_DOCUMENTS_RETENTION_DAYS'],
  }),
});
