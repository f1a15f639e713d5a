import { defaultStackName } from '../../../core/contract/names.ts';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Target } from '../../../core/values/identifiers.ts';
import type { LocalAws } from 'local-aws';
import type { Timer } from 'local-aws/clock';
import { readPortrait } from '../rules/portrait.ts';

const SECONDS_BETWEEN = 3;

/** Users of the service in production: they order through the alias, at fixed intervals of the engine's clock. */
export class SimulatedUsers {
  private timer: Timer | undefined;
  private stopped = false;
  private readonly lambda: LambdaClient;

  private constructor(
    private readonly aws: LocalAws,
    private readonly service: string,
    private readonly place: Target,
  ) {
    this.lambda = aws.client(LambdaClient, place);
  }

  static of(aws: LocalAws, service: string, place: Target): SimulatedUsers {
    return new SimulatedUsers(aws, service, place);
  }

  /** Starts their orders. */
  async start(): Promise<void> {
    if (!this.stopped) await this.aws.clock.busy(() => this.begin());
  }

  private async begin(): Promise<void> {
    const stackName = defaultStackName(this.service, 'production');
    const {
      aliases: [serving],
    } = await readPortrait(this.aws, stackName, this.place);
    const order = async (): Promise<void> => {
      if (this.stopped || serving === undefined) return;
      const Payload = Buffer.from(JSON.stringify({ order: true }));
      await this.lambda.send(new InvokeCommand({ FunctionName: serving.alias, Payload }));
      this.timer = this.aws.clock.after(SECONDS_BETWEEN * 1000, order, 'the next order');
    };
    await order();
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
    this.lambda.destroy();
  }
}
