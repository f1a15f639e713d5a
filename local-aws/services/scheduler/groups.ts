import type { Call } from '../../kernel/service.ts';
import { notFound } from './requests.ts';
import type { Schedule } from './timetable.ts';

export interface Group {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly schedules: Map<string, Schedule>;
}

/** Schedule groups by account and region; the group `default` is always there. */
export class Groups {
  private readonly groups = new Map<string, Group>();

  constructor(private readonly now: () => Date) {}

  find(account: string, region: string, name: string): Group | undefined {
    return (
      this.groups.get(groupArn(account, region, name)) ??
      (name === 'default' ? this.create(account, region, name) : undefined)
    );
  }

  /** @throws AwsError ResourceNotFoundException */
  of({ caller }: Call, name = 'default'): Group {
    const group = this.find(caller.account, caller.region, name);
    if (group === undefined) throw notFound(`Schedule group ${name} does not exist.`);
    return group;
  }

  create(account: string, region: string, name: string): Group {
    const group = {
      arn: groupArn(account, region, name),
      name,
      createdAt: this.now(),
      schedules: new Map<string, Schedule>(),
    };
    this.groups.set(group.arn, group);
    return group;
  }

  delete(group: Group): void {
    this.groups.delete(group.arn);
  }

  list({ caller }: Call): Group[] {
    this.find(caller.account, caller.region, 'default');
    const prefix = groupArn(caller.account, caller.region, '');
    return [...this.groups.values()].filter(({ arn }) => arn.startsWith(prefix));
  }
}

export function groupArn(account: string, region: string, name: string): string {
  return `arn:aws:scheduler:${region}:${account}:schedule-group/${name}`;
}
