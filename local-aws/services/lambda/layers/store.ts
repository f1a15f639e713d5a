import type { Architecture, Runtime } from '@aws-sdk/client-lambda';
import { AwsError } from '../../../kernel/errors.ts';
import type { PolicyDocument, PolicyStatement } from '../../../kernel/principal.ts';
import type { CodePackage } from '../store.ts';

/** A published layer version. Replaced never, deleted at most. */
export interface LayerVersion {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly content: CodePackage;
  readonly runtimes: readonly Runtime[];
  readonly architectures: readonly Architecture[];
  readonly license: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly statements: PolicyStatement[];
  revisionId: string;
}

const ARN = /^arn:aws:lambda:([a-z0-9-]+):(\d{12}):layer:([A-Za-z0-9_-]{1,140})(?::(\d+))?$/;

export interface LayerReference {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly version: number | undefined;
}

/** Reads a layer's ARN, with or without a version; undefined where it is none. */
export function readLayerArn(arn: string): LayerReference | undefined {
  const [, region, account, name, version] = ARN.exec(arn) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return { account, region, name, version: version === undefined ? undefined : Number(version) };
}

export function layerArn({ account, region, name }: Omit<LayerReference, 'version'>): string {
  return `arn:aws:lambda:${region}:${account}:layer:${name}`;
}

export function layerVersionArn(layer: Omit<LayerReference, 'version'> & { readonly version: number }): string {
  return `${layerArn(layer)}:${layer.version}`;
}

/** Who else may have a layer version. */
export function layerPolicy({ statements }: LayerVersion): PolicyDocument | undefined {
  return statements.length === 0 ? undefined : { Version: '2012-10-17', Id: 'default', Statement: statements };
}

/** Every layer version of every account and region. */
export class LayerStore {
  private readonly layers = new Map<string, LayerVersion>();
  /** The last number given to a layer; numbers are never given twice. */
  private readonly last = new Map<string, number>();

  add(layer: Omit<LayerVersion, 'version'>): LayerVersion {
    const version = (this.last.get(layerArn(layer)) ?? 0) + 1;
    this.last.set(layerArn(layer), version);
    const made = { ...layer, version };
    this.layers.set(layerVersionArn(made), made);
    return made;
  }

  find(arn: string): LayerVersion | undefined {
    return this.layers.get(arn);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(arn: string): LayerVersion {
    const found = this.layers.get(arn);
    if (found === undefined)
      throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, {
        Type: 'User',
      });
    return found;
  }

  remove(arn: string): void {
    this.layers.delete(arn);
  }

  /** The layer versions of an account and region, the newest first. */
  of({ account, region }: { readonly account: string; readonly region: string }): LayerVersion[] {
    return [...this.layers.values()]
      .filter((layer) => layer.account === account && layer.region === region)
      .sort((one, other) => one.name.localeCompare(other.name) || other.version - one.version);
  }
}
