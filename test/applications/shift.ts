import type { LocalAws } from 'local-aws';
import * as z from 'zod';

const weighted = z.object({
  FunctionName: z.string(),
  RoutingConfig: z.object({ AdditionalVersionWeights: z.record(z.string(), z.number()) }),
});

/**
 * Waits for the first alias of a stack that gets weights, and does something then. As long as that takes the clock does not jump, so that
 * the canary is not over.
 */
export class Shift<T> {
  private doing: Promise<T> | undefined;
  private readonly stop: () => void;

  constructor(
    aws: LocalAws,
    account: string,
    /** Names of the stack's functions among others. */
    names: ReadonlySet<string>,
    act: () => Promise<T>,
  ) {
    this.stop = aws.kernel.onObservation((one) => {
      if (one.kind !== 'call' || one.operation !== 'UpdateAlias' || one.error !== undefined) return;
      if (one.caller.account !== account || this.doing !== undefined) return;
      const { FunctionName = '', RoutingConfig } = weighted.safeParse(one.input).data ?? {};
      const weights = Object.values(RoutingConfig?.AdditionalVersionWeights ?? {});
      if (weights.length > 0 && names.has(nameOf(FunctionName))) this.doing = aws.clock.busy(act);
    });
  }

  /** @returns what was done @throws Error where no alias got weights */
  async seen(): Promise<T> {
    this.stop();
    if (this.doing === undefined) throw new Error('No alias of the stack got weights.');
    return this.doing;
  }
}

/** Of a name or an ARN. */
function nameOf(functionName: string): string {
  return functionName.startsWith('arn:') ? (functionName.split(':')[6] ?? '') : functionName;
}
