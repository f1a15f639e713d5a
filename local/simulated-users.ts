import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { defaultStackName } from '../core/contract/names.ts';
import type { Clock, Timer } from 'local-aws/clock';
import { ENGINE, type Sandbox } from './sandbox.ts';

/** The response to one request of a user. */
export interface UserResponse {
  /** Engine time, milliseconds since the epoch. */
  readonly at: number;
  readonly status: number;
  /** The version of the service that answered; undefined when the response does not name it. */
  readonly version: string | undefined;
}

/** Makes the body of a `POST /orders`. */
export type OrderBody = () => string;

/** An order that every version accepts. */
export const goodOrder: OrderBody = () => JSON.stringify({ items: [{ sku: 'tea', quantity: 1, cents: 450 }] });

/** Users of the sample service in one account: they order at fixed intervals of the engine's clock, and record the responses. */
export class SimulatedUsers {
  readonly responses: UserResponse[] = [];
  /** What they order; a scenario can change it at any time. */
  orderBody: OrderBody = goodOrder;
  private timer: Timer | undefined;
  private stopped = false;

  private constructor(
    private readonly clock: Clock,
    private readonly url: string,
    private readonly seconds: number,
  ) {}

  /** Finds the service's API in an account and begins to order there. @param seconds between two orders */
  static async start(sandbox: Sandbox, environment: string, account: string, seconds: number): Promise<SimulatedUsers> {
    const cloudFormation = sandbox.aws.client(CloudFormationClient, { account, region: ENGINE.region });
    const { Stacks } = await cloudFormation.send(
      new DescribeStacksCommand({ StackName: defaultStackName('orders', environment) }),
    );
    const url = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'ApiUrl')?.OutputValue;
    if (url === undefined) throw new Error(`The service has no API in ${environment}.`);
    const users = new SimulatedUsers(sandbox.aws.clock, url, seconds);
    users.scheduleNext();
    return users;
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private scheduleNext(): void {
    if (this.stopped) return;
    this.timer = this.clock.after(this.seconds * 1000, () => this.order(), 'a user orders');
  }

  private async order(): Promise<void> {
    try {
      const at = this.clock.now();
      const answer = await fetch(`${this.url}/orders`, { method: 'POST', body: this.orderBody() });
      await answer.arrayBuffer();
      const version = answer.headers.get('x-orders-version') ?? undefined;
      this.responses.push({ at, status: answer.status, version });
    } finally {
      this.scheduleNext();
    }
  }
}
