/** A resource that stands in an account although nothing of its service is simulated. */
export interface RecordedResource {
  readonly account: string;
  readonly region: string;
  readonly type: string;
  readonly physicalId: string;
  readonly logicalId: string;
  readonly stackName: string;
}

/** What its made-up values come from, so that they stay the same as long as it stands. */
export interface Origin {
  readonly seed: string;
  /** A name as CloudFormation makes them. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
}

type Key = Pick<RecordedResource, 'account' | 'region' | 'type' | 'physicalId'>;

/** The recorded resources of every account and region. */
export class RecordedResources {
  private readonly all = new Map<string, { readonly resource: RecordedResource; readonly origin: Origin }>();

  list(): readonly RecordedResource[] {
    return [...this.all.values()].map(({ resource }) => resource);
  }

  originOf(key: Key): Origin | undefined {
    return this.all.get(keyOf(key))?.origin;
  }

  add(resource: RecordedResource, origin: Origin): void {
    this.all.set(keyOf(resource), { resource, origin });
  }

  remove(key: Key): void {
    this.all.delete(keyOf(key));
  }
}

function keyOf({ account, region, type, physicalId }: Key): string {
  return JSON.stringify([account, region, type, physicalId]);
}

/** `recorded, not simulated: AWS::Cognito::UserPool (1), AWS::EC2::Subnet (2)`; empty where there is none. */
export function recordedSentence(types: readonly string[]): string {
  if (types.length === 0) return '';
  const counts = new Map<string, number>();
  for (const type of types.toSorted()) counts.set(type, (counts.get(type) ?? 0) + 1);
  return `recorded, not simulated: ${[...counts].map(([type, count]) => `${type} (${count})`).join(', ')}`;
}
