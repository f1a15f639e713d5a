import type { Kernel } from '../../kernel/kernel.ts';
import { readSchedule, type Recurrence } from '../schedule-expression.ts';
import type { Rule } from './buses.ts';
import type { Delivery } from './delivery.ts';
import { envelope } from './put-events.ts';

/**
 * Rules that run on a schedule. A disabled rule leaves no timer on the clock.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 */
export class RuleSchedules {
  constructor(
    private readonly kernel: Kernel,
    private readonly delivery: Delivery,
  ) {}

  /** Sets a rule's next firing by its present schedule and state. */
  arm(rule: Rule): void {
    rule.timer?.cancel();
    rule.timer = undefined;
    if (!rule.enabled || rule.schedule === undefined) return;
    const recurrence = readSchedule(rule.schedule, this.kernel.clock.now());
    if (recurrence !== undefined) this.next(rule, recurrence);
  }

  private next(rule: Rule, recurrence: Recurrence): void {
    const { clock } = this.kernel;
    const at = recurrence.next(clock.now());
    if (at === undefined) return;
    rule.timer = clock.at(
      at,
      () => {
        this.next(rule, recurrence);
        const { account, region } = rule.bus;
        this.delivery.trigger(
          rule,
          envelope({
            source: 'aws.events',
            detailType: 'Scheduled Event',
            detail: {},
            account,
            region,
            time: clock.date(),
            resources: [rule.arn],
          }),
        );
      },
      `the rule ${rule.name}`,
    );
  }
}
