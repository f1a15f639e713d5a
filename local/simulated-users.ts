import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { serviceStackName } from '../core/contract/names.ts';
import type { Clock, Timer } from '../local-aws/kernel/clock.ts';
import { ENGINE, type Stage } from './sandbox.ts';

/** What a user got. */
export interface UserAnswer {
  /** Engine time, milliseconds since the epoch. */
  readonly at: number;
  readonly status: number;
  /** The version of the service that answered; undefined when it failed before it could say. */
  readonly version: string | undefined;
}

/** What users ask: the body of `POST /orders`. */
export type Ask = () => string;

/** A good order. */
export const goodOrder: Ask = () => JSON.stringify({ items: [{ sku: 'tea', quantity: 1, cents: 450 }] });

/** Users of the sample service in one account: they order at a steady pace of the engine's clock, and remember what they got. */
export class Users {
  readonly answers: UserAnswer[] = [];
  /** What they order; a scenario may change it at any moment. */
  ask: Ask = goodOrder;
  private timer: Timer | undefined;
  private stopped = false;

  private constructor(
    private readonly clock: Clock,
    private readonly url: string,
    private readonly seconds: number,
  ) {}

  /** Finds the service's API in an account and begins to order there. @param seconds between two orders */
  static async of(stage: Stage, environment: string, account: string, seconds: number): Promise<Users> {
    const cloudFormation = stage.aws.client(CloudFormationClient, { account, region: ENGINE.region });
    const { Stacks } = await cloudFormation.send(
      new DescribeStacksCommand({ StackName: serviceStackName('orders', environment) }),
    );
    const url = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'ApiUrl')?.OutputValue;
    if (url === undefined) throw new Error(`The service has no API in ${environment}.`);
    const users = new Users(stage.aws.clock, url, seconds);
    users.next();
    return users;
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private next(): void {
    if (this.stopped) return;
    this.timer = this.clock.after(this.seconds * 1000, () => this.order(), 'a user orders');
  }

  private async order(): Promise<void> {
    try {
      const at = this.clock.now();
      const answer = await fetch(`${this.url}/orders`, { method: 'POST', body: this.ask() });
      await answer.arrayBuffer();
      const version = answer.headers.get('x-orders-version') ?? undefined;
      this.answers.push({ at, status: answer.status, version });
    } finally {
      this.next();
    }
  }
}
