import type { LifecycleRule } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { count, flag } from './shapes.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html */
export const lifecycleRule = z.strictObject({
  Id: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().default(''),
  ExpirationInDays: count.optional(),
  ExpiredObjectDeleteMarker: flag.optional(),
  NoncurrentVersionExpiration: z
    .strictObject({ NoncurrentDays: count, NewerNoncurrentVersions: count.optional() })
    .optional(),
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: count }).optional(),
});

/** A rule as the S3 API takes it. */
export function toLifecycleRule(rule: z.infer<typeof lifecycleRule>): LifecycleRule {
  const expires = rule.ExpirationInDays !== undefined || rule.ExpiredObjectDeleteMarker !== undefined;
  return {
    ID: rule.Id,
    Status: rule.Status,
    Filter: { Prefix: rule.Prefix },
    ...(expires
      ? { Expiration: { Days: rule.ExpirationInDays, ExpiredObjectDeleteMarker: rule.ExpiredObjectDeleteMarker } }
      : {}),
    NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration,
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
  };
}
