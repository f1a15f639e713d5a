import { assetBucketParameter } from '../../template/asset-bucket.ts';
import { declaredParameters, isStoreType } from '../../template/parameters.ts';
import { secretParameters } from '../../template/secret-properties.ts';
import type { Template } from '../../template/template.ts';

/** A parameter that CloudFormation has to be given. */
export interface OpenParameter {
  readonly name: string;
  readonly type: string;
  /** It takes a dynamic reference and no plain value, which would be readable in manifest, plan and ledger. */
  readonly secret: boolean;
  /** As the template has it, with the rules for its values. */
  readonly body: unknown;
}

/** Parameters of a template that have no default. */
export function openParameters(template: Template): OpenParameter[] {
  const secrets = secretParameters(template);
  return [...declaredParameters(template)]
    .filter(([name, { standard }]) => standard === undefined && name !== assetBucketParameter)
    .map(([name, { type, hidden }]) => ({
      name,
      type,
      secret: !isStoreType(type) && (hidden || secrets.has(name)),
      body: template.Parameters?.[name],
    }));
}
