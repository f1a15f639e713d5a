import { AwsError } from '../../kernel/errors.ts';

export interface DashboardRecord {
  readonly name: string;
  readonly arn: string;
  readonly body: string;
  readonly modifiedAt: number;
  readonly tags: Readonly<Record<string, string>>;
}

interface Where {
  readonly account: string;
}

/** The dashboards of every account, whatever the Region they are put from: "All dashboards in your account are global". */
export class Dashboards {
  private readonly accounts = new Map<string, Map<string, DashboardRecord>>();

  of({ account }: Where): Map<string, DashboardRecord> {
    const known = this.accounts.get(account) ?? new Map<string, DashboardRecord>();
    this.accounts.set(account, known);
    return known;
  }

  /** @throws AwsError DashboardNotFoundError */
  named(where: Where, name: string): DashboardRecord {
    const found = this.of(where).get(name);
    if (found === undefined) throw missing([name]);
    return found;
  }
}

export function arnOf({ account }: Where, name: string): string {
  return `arn:aws:cloudwatch::${account}:dashboard/${name}`;
}

export function missing(names: readonly string[]): AwsError {
  const which = names.length === 1 ? `Dashboard ${names[0] ?? ''} does` : `Dashboards ${names.join(', ')} do`;
  return new AwsError('DashboardNotFoundError', `${which} not exist`, 404);
}
