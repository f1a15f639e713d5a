import { codeLocation } from '../code-location.ts';
import type { Context } from '../model/context.ts';
import { resourceProblem } from '../model/errors.ts';
import { isIntrinsic } from '../model/intrinsics.ts';
import { digest } from '../model/logical-id.ts';
import { handedOn, kept, type Made } from '../model/resource.ts';
import { checkShape } from '../model/shape.ts';
import { compact, isFilled, isGiven, isList, isText, mapOf, type Fields } from '../model/values.ts';
import { LAYER } from './shape.ts';

const POLICIES = ['Retain', 'Delete'];
const CHOICES = "['Retain', 'Delete']";
const ARCHITECTURES: readonly unknown[] = ['x86_64', 'arm64'];

/**
 * The layer version of an `AWS::Serverless::LayerVersion`. Its logical id ends in a digest of all that it says: a changed layer is
 * another resource, and the one before is kept unless `RetentionPolicy` says otherwise. @throws Problem
 */
export function expandLayer(id: string, definition: Fields, { resolve }: Context): readonly Made[] {
  const properties = { ...mapOf(definition.Properties) };
  checkShape(id, 'AWS::Serverless::LayerVersion', properties, LAYER);
  for (const name of ['LayerName', 'LicenseInfo', 'Description', 'RetentionPolicy'])
    if (isFilled(properties[name])) properties[name] = resolved(id, name, resolve(properties[name]));
  const policy = retention(id, properties.RetentionPolicy);
  const { Condition, DependsOn } = definition;
  const newId = `${id}${digest({
    [id]: {
      Type: 'AWS::Serverless::LayerVersion',
      ...(isFilled(DependsOn) ? { DependsOn } : {}),
      ...('Condition' in definition ? { Condition } : {}),
      ...('UpdatePolicy' in definition ? { UpdatePolicy: definition.UpdatePolicy } : {}),
      Properties: compact(inOrder(properties)),
    },
  })}`;
  requireArchitectures(newId, properties.CompatibleArchitectures);
  return [
    {
      id: newId,
      type: 'AWS::Lambda::LayerVersion',
      dependsOn: DependsOn,
      attributes: {
        DeletionPolicy: 'Retain',
        ...handedOn(kept(definition)),
        ...(policy === undefined ? {} : { DeletionPolicy: policy }),
      },
      properties: {
        LayerName: isFilled(properties.LayerName) ? properties.LayerName : id,
        Description: properties.Description,
        Content: codeLocation(newId, 'ContentUri', properties.ContentUri),
        CompatibleArchitectures: properties.CompatibleArchitectures,
        CompatibleRuntimes: properties.CompatibleRuntimes,
        LicenseInfo: properties.LicenseInfo,
      },
    },
  ];
}

function inOrder(properties: Fields): Fields {
  return Object.fromEntries(Object.keys(LAYER).map((name) => [name, properties[name]]));
}

function resolved(id: string, name: string, value: unknown): unknown {
  if (isText(value) || isIntrinsic(value)) return value;
  throw resourceProblem(id, `Could not resolve parameter for '${name}' or parameter is not a String.`);
}

function retention(id: string, policy: unknown): string | undefined {
  if (!isGiven(policy)) return undefined;
  if (isIntrinsic(policy))
    throw resourceProblem(
      id,
      `'RetentionPolicy' does not accept intrinsic functions, please use one of the following options: ${CHOICES}`,
    );
  const found = POLICIES.find((one) => isText(policy) && one.toLowerCase() === policy.toLowerCase());
  if (found !== undefined) return found;
  throw resourceProblem(id, `'RetentionPolicy' must be one of the following options: ${CHOICES}.`);
}

function requireArchitectures(id: string, architectures: unknown): void {
  if (!isList(architectures)) return;
  if (architectures.every((one) => isIntrinsic(one) || ARCHITECTURES.includes(one))) return;
  throw resourceProblem(id, "CompatibleArchitectures needs to be a list of 'x86_64' or 'arm64'");
}
