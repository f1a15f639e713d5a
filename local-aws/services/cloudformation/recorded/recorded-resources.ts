/** A resource, or a property of one, that stands in an account although nothing of it is simulated. */
export interface RecordedResource {
  readonly account: string;
  readonly region: string;
  readonly type: string;
  /** Where the resource itself behaves: what of it does not. */
  readonly property?: string;
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
  private readonly properties = new Map<string, readonly RecordedResource[]>();

  list(): readonly RecordedResource[] {
    return [...[...this.all.values()].map(({ resource }) => resource), ...[...this.properties.values()].flat()];
  }

  /** Says which properties of a resource that behaves are recorded now. */
  setProperties(resource: RecordedResource, names: readonly string[]): void {
    this.properties.set(
      keyOf(resource),
      names.map((property) => ({ ...resource, property })),
    );
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

/** What is recorded, in words: `AWS::Cognito::UserPool`, `KmsKeyArn of AWS::Lambda::Function`. */
export function recordedLabel({ type, property }: Pick<RecordedResource, 'type' | 'property'>): string {
  return property === undefined ? type : `${property} of ${type}`;
}

/** `recorded, not simulated: AWS::Cognito::UserPool (1), AWS::EC2::Subnet (2)`; empty where there is none. */
export function recordedSentence(labels: readonly string[]): string {
  if (labels.length === 0) return '';
  const counts = new Map<string, number>();
  for (const label of labels.toSorted()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return `recorded, not simulated: ${[...counts].map(([label, count]) => `${label} (${count})`).join(', ')}`;
}
