import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Authorization, Call } from '../../kernel/service.ts';

export interface StoredEvent {
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  /** Grows with every event; makes ids and breaks ties. */
  readonly order: number;
}

export interface StreamRecord {
  readonly name: string;
  readonly creationTime: number;
  /** Sorted by timestamp, then by arrival. */
  readonly events: StoredEvent[];
  bytes: number;
}

export interface GroupRecord {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly creationTime: number;
  readonly streams: Map<string, StreamRecord>;
  retentionInDays: number | undefined;
  kmsKeyId: string | undefined;
  tags: Record<string, string>;
}

export interface Where {
  readonly account: string;
  readonly region: string;
}

/** Every log group of every account and region. */
export class LogStore {
  private readonly groups = new Map<string, GroupRecord>();
  private order = 0;

  constructor(readonly kernel: Kernel) {}

  add(group: GroupRecord): void {
    this.groups.set(groupArn(group, group.name), group);
  }

  remove(group: GroupRecord): void {
    this.groups.delete(groupArn(group, group.name));
  }

  /** @param arn of a group, with or without what is in it */
  tagsOf(arn: string): ReadonlyMap<string, string> | undefined {
    const [group = ''] = /^arn:aws:logs:[^:]*:\d*:log-group:[^:]+/.exec(arn) ?? [];
    const found = this.groups.get(group);
    return found === undefined ? undefined : new Map(Object.entries(found.tags));
  }

  find(where: Where, name: string): GroupRecord | undefined {
    return this.groups.get(groupArn(where, name));
  }

  /** @throws AwsError ResourceNotFoundException */
  group(where: Where, name: string | undefined): GroupRecord {
    const found = this.find(where, name ?? '');
    if (found === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return found;
  }

  list({ account, region }: Where): GroupRecord[] {
    return [...this.groups.values()]
      .filter((group) => group.account === account && group.region === region)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** What came in longer ago than the group retains is gone. */
  events(group: GroupRecord, stream: StreamRecord): readonly StoredEvent[] {
    if (group.retentionInDays === undefined) return stream.events;
    const oldest = this.kernel.clock.now() - group.retentionInDays * 86_400_000;
    return stream.events.filter(({ timestamp }) => timestamp >= oldest);
  }

  nextOrder(): number {
    return this.order++;
  }
}

/** @throws AwsError ResourceNotFoundException */
export function streamOf(group: GroupRecord, name: string | undefined): StreamRecord {
  const found = group.streams.get(name ?? '');
  if (found === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return found;
}

/** A log group's ARN without the `:*` that stands for its streams. */
export function groupArn({ account, region }: Where, name: string): string {
  return `arn:aws:logs:${region}:${account}:log-group:${name}`;
}

/** A group named by name or by ARN (with or without `:*`). */
export function groupNamed(
  store: LogStore,
  { caller }: Call,
  name: string | undefined,
  identifier?: string,
): GroupRecord {
  const given = name ?? identifier ?? '';
  const match = /^arn:aws:logs:(?<region>[^:]+):(?<account>\d{12}):log-group:(?<name>[^:]+)(?::\*)?$/.exec(
    given,
  )?.groups;
  if (match === undefined) return store.group(caller, given);
  return store.group({ account: match['account'] ?? '', region: match['region'] ?? '' }, match['name']);
}

/** Asks for an action on a log group, as IAM sees it: `log-group:<name>:*`. */
export function askGroup(action: string, name: string | undefined, { caller }: Call): Authorization {
  const arn = name?.startsWith('arn:') === true ? name.replace(/:\*$/, '') : groupArn(caller, name ?? '');
  return { action: `logs:${action}`, resource: `${arn}:*` };
}

/** Asks for an action on a log stream. */
export function askStream(
  action: string,
  group: string | undefined,
  stream: string | undefined,
  call: Call,
): Authorization {
  const { resource } = askGroup(action, group, call);
  return { action: `logs:${action}`, resource: resource.replace(/\*$/, `log-stream:${stream ?? ''}`) };
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** One page; tokens are positions. */
export function page<T>(
  all: readonly T[],
  token: string | undefined,
  most: number,
): { items: readonly T[]; next: string | undefined } {
  const from = Number(token ?? 0);
  if (!Number.isInteger(from)) throw invalid('The specified nextToken is invalid.');
  return { items: all.slice(from, from + most), next: from + most < all.length ? String(from + most) : undefined };
}
