import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { LocalAws } from 'local-aws';
import * as z from 'zod';
import { releaseEventBusName, releaseEventSource, releaseEventType } from '../../core/contract/names.ts';
import { releaseEventDetail, type ReleaseEventDetail } from '../../core/notify/release-event.ts';
import { ENGINE } from '../../local/sandbox.ts';

const envelope = z.object({ source: z.string(), 'detail-type': z.string(), detail: z.unknown() });

/** Another program that hears of releases: a queue, to which a rule on the bus leads. */
export class BusListener {
  private readonly heard: ReleaseEventDetail[] = [];

  private constructor(
    private readonly sqs: SQSClient,
    private readonly QueueUrl: string,
  ) {}

  static async open(aws: LocalAws): Promise<BusListener> {
    const sqs = aws.client(SQSClient, ENGINE);
    const events = aws.client(EventBridgeClient, ENGINE);
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'others' }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const Arn = Attributes?.['QueueArn'] ?? '';
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: Arn },
      ],
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const pattern = { source: [releaseEventSource], 'detail-type': [releaseEventType] };
    const rule = { EventBusName: releaseEventBusName, Name: 'others', EventPattern: JSON.stringify(pattern) };
    await events.send(new PutRuleCommand(rule));
    await events.send(
      new PutTargetsCommand({ EventBusName: releaseEventBusName, Rule: 'others', Targets: [{ Id: 'queue', Arn }] }),
    );
    return new BusListener(sqs, QueueUrl);
  }

  /** What was heard of a release by now, in the order in which it came. */
  async of(release: string): Promise<readonly ReleaseEventDetail[]> {
    await this.receive();
    return this.heard.filter((one) => one.release === release);
  }

  private async receive(): Promise<void> {
    const { QueueUrl } = this;
    for (;;) {
      const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return;
      for (const { Body = '' } of Messages)
        this.heard.push(releaseEventDetail.strict().parse(envelope.parse(JSON.parse(Body)).detail));
      const Entries = Messages.map(({ ReceiptHandle = '' }, index) => ({ Id: `${index}`, ReceiptHandle }));
      await this.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  }
}
