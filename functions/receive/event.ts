import * as z from 'zod';

/** EventBridge's `Object Created` of S3; keys are not URL-encoded in it (they are in classic notifications). */
export const objectCreated = z.object({
  'detail-type': z.literal('Object Created'),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string(), 'version-id': z.string().min(1) }),
  }),
});
export type ObjectCreated = z.infer<typeof objectCreated>;
