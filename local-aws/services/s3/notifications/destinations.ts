import type { Event, NotificationConfiguration, NotificationConfigurationFilter } from '@aws-sdk/client-s3';

/** Where a bucket's events go, and which. */
export interface Destination {
  readonly kind: 'function' | 'queue' | 'topic';
  readonly id: string;
  readonly arn: string;
  readonly events: readonly Event[];
  /** What an object's key begins and ends with. */
  readonly prefix: string;
  readonly suffix: string;
  readonly filter: NotificationConfigurationFilter | undefined;
}

/** The configuration that names these destinations, as S3 gives it back. */
export function configurationOf(destinations: readonly Destination[], eventBridge: boolean): NotificationConfiguration {
  const of = (kind: Destination['kind']) =>
    destinations
      .filter((one) => one.kind === kind)
      .map(({ id, arn, events, filter }) => ({ arn, common: { Id: id, Events: [...events], Filter: filter } }));
  const [functions, queues, topics] = [of('function'), of('queue'), of('topic')];
  return {
    ...(functions.length === 0
      ? {}
      : { LambdaFunctionConfigurations: functions.map(({ arn, common }) => ({ ...common, LambdaFunctionArn: arn })) }),
    ...(queues.length === 0
      ? {}
      : { QueueConfigurations: queues.map(({ arn, common }) => ({ ...common, QueueArn: arn })) }),
    ...(topics.length === 0
      ? {}
      : { TopicConfigurations: topics.map(({ arn, common }) => ({ ...common, TopicArn: arn })) }),
    ...(eventBridge ? { EventBridgeConfiguration: {} } : {}),
  };
}

/** Is an event, `s3:ObjectCreated:Put`, among those a destination gets? `s3:ObjectCreated:*` is all of its kind. */
export function includes(events: readonly string[], event: string): boolean {
  return events.some((one) => one === event || (one.endsWith(':*') && event.startsWith(one.slice(0, -1))));
}
