import type { Event, NotificationConfiguration } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { flag } from './shapes.ts';

// S3 itself refuses what is no event of its.
const event = z.custom<Event>((value) => typeof value === 'string');
const common = {
  Event: event,
  Filter: z
    .strictObject({
      S3Key: z.strictObject({
        Rules: z.array(
          z.strictObject({
            // CloudFormation takes either letter case.
            Name: z
              .string()
              .transform((name) => name.toLowerCase())
              .pipe(z.enum(['prefix', 'suffix'])),
            Value: z.string(),
          }),
        ),
      }),
    })
    .optional(),
};

/**
 * What a bucket tells of its objects, one event for each configuration.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationconfiguration.html
 */
export const notificationConfiguration = z.strictObject({
  LambdaConfigurations: z.array(z.strictObject({ ...common, Function: z.string() })).default([]),
  QueueConfigurations: z.array(z.strictObject({ ...common, Queue: z.string() })).default([]),
  TopicConfigurations: z.array(z.strictObject({ ...common, Topic: z.string() })).default([]),
  EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: flag.default(true) }).optional(),
});

/** As S3's API takes it. */
export function toNotificationConfiguration(
  given: z.infer<typeof notificationConfiguration> | undefined,
): NotificationConfiguration {
  if (given === undefined) return {};
  const { LambdaConfigurations, QueueConfigurations, TopicConfigurations, EventBridgeConfiguration } = given;
  const bridged = EventBridgeConfiguration?.EventBridgeEnabled === true;
  return {
    LambdaFunctionConfigurations: LambdaConfigurations.map((one) => ({
      ...shared(one),
      LambdaFunctionArn: one.Function,
    })),
    QueueConfigurations: QueueConfigurations.map((one) => ({ ...shared(one), QueueArn: one.Queue })),
    TopicConfigurations: TopicConfigurations.map((one) => ({ ...shared(one), TopicArn: one.Topic })),
    ...(bridged ? { EventBridgeConfiguration: {} } : {}),
  };
}

function shared({
  Event: one,
  Filter,
}: Pick<z.infer<typeof notificationConfiguration>['LambdaConfigurations'][0], 'Event' | 'Filter'>) {
  return { Events: [one], ...(Filter === undefined ? {} : { Filter: { Key: { FilterRules: Filter.S3Key.Rules } } }) };
}
