/**
 * An event's way from a bus through rules to targets, with retries and dead-letter queues.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { serviceCaller, type Caller } from '../../kernel/principal.ts';
import type { Bus, Buses, Envelope, Rule } from './buses.ts';
import { errorCodeOf, nextAttempt } from '../retries.ts';
import { deliver, EVENTS, isReachable, type Dispatch } from './targets.ts';

interface Job extends Dispatch {
  readonly retries: number;
}

export class Delivery {
  constructor(
    private readonly kernel: Kernel,
    private readonly buses: Buses,
  ) {}

  /** An event comes to its first bus. */
  enter(bus: Bus, event: Envelope): void {
    this.receive(bus, event, false);
  }

  /** An event comes to a bus, where the faults that were asked for happen to it. */
  private receive(bus: Bus, event: Envelope, forwarded: boolean): void {
    const { source, 'detail-type': detailType, detail } = event;
    const { account, name } = bus;
    const fault = this.kernel.faults.takeEvent({ source, detailType, account, bus: name, forwarded, detail });
    switch (fault?.kind) {
      case 'lose':
        return;
      case 'delay':
        this.kernel.clock.after(fault.milliseconds, () => this.arrive(bus, event), `a delayed event ${detailType}`);
        return;
      case 'double':
        this.arrive(bus, event);
        break;
      case undefined:
        break;
    }
    this.arrive(bus, event);
  }

  /** Gives an event to every target of one rule, whatever the rule's pattern says. */
  trigger(rule: Rule, event: Envelope): void {
    this.measure(rule, 'TriggeredRules');
    const at = this.kernel.clock.date();
    for (const target of rule.targets.values()) {
      if (isReachable({ rule, target, event })) this.attempt({ rule, target, event, at, retries: 0 });
    }
  }

  private arrive(bus: Bus, event: Envelope): void {
    const { source, 'detail-type': detailType, detail } = event;
    const { account, region } = bus;
    const matching = [...bus.rules.values()].filter(
      ({ enabled, pattern }) => enabled && pattern?.matches(event) === true,
    );
    const rules = matching.map(({ name }) => name);
    this.kernel.observe({ kind: 'event', account, region, bus: bus.name, source, detailType, detail, rules });
    for (const rule of matching) this.trigger(rule, event);
  }

  private attempt(job: Job): void {
    this.kernel.background(`the event ${job.event['detail-type']} to ${job.target.Arn}`, async () => {
      this.measure(job.rule, 'Invocations');
      try {
        await deliver(this.kernel, job, (caller, busArn, event) => this.forward(caller, busArn, event));
      } catch (error) {
        // What the local AWS does not implement is nothing to retry quietly.
        if (!(error instanceof AwsError) || error.status === 501) throw error;
        this.failed(job, error);
      }
    });
  }

  /** A rule's role puts an event on another bus; the event stays what it was. */
  private forward(caller: Caller, busArn: string, event: Envelope): void {
    const bus = this.buses.byArn(busArn);
    this.kernel.port.iam.authorize(caller, [
      {
        action: 'events:PutEvents',
        resource: bus.arn,
        resourcePolicy: bus.policy,
        context: { 'events:source': event.source, 'events:detail-type': event['detail-type'] },
      },
    ]);
    this.kernel.meters.count('events', caller.account, bus.name);
    this.receive(bus, event, true);
  }

  private failed(job: Job, error: AwsError): void {
    const { clock } = this.kernel;
    const next = nextAttempt(error, { ...job, since: job.at.getTime(), now: clock.now() }, job.target.RetryPolicy);
    if ('giveUp' in next) return this.giveUp(job, error, next.giveUp);
    this.measure(job.rule, 'RetryInvocationAttempts');
    clock.after(next.wait, () => this.attempt({ ...job, retries: job.retries + 1 }), `a retry of ${job.target.Arn}`);
  }

  private giveUp(
    { rule, target, event, retries }: Job,
    error: AwsError,
    exhausted: Readonly<Record<string, string>>,
  ): void {
    this.measure(rule, 'FailedInvocations');
    const queue = target.DeadLetterConfig?.Arn;
    if (queue === undefined) return;
    const { account, region } = rule.bus;
    try {
      this.kernel.port.queues.send(serviceCaller(EVENTS, account, region, rule.arn), queue, JSON.stringify(event), {
        RULE_ARN: rule.arn,
        TARGET_ARN: target.Arn,
        ERROR_CODE: errorCodeOf(error),
        ERROR_MESSAGE: error.message,
        RETRY_ATTEMPTS: String(retries),
        ...exhausted,
      });
      this.measure(rule, 'InvocationsSentToDlq');
    } catch (refusal) {
      if (!(refusal instanceof AwsError) || refusal.status === 501) throw refusal;
      this.measure(rule, 'InvocationsFailedToBeSentToDlq');
    }
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
  private measure({ name: ruleName, bus }: Rule, name: string): void {
    const dimensions = [
      { RuleName: ruleName },
      ...(bus.name === 'default' ? [] : [{ EventBusName: bus.name, RuleName: ruleName }]),
    ];
    for (const each of dimensions) {
      this.kernel.port.metrics.record({
        account: bus.account,
        region: bus.region,
        namespace: 'AWS/Events',
        name,
        dimensions: each,
        value: 1,
        unit: 'Count',
      });
    }
  }
}
