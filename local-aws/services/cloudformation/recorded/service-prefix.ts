import { typesBeside, type ResourceSpecification } from '../specification/specification.ts';

/**
 * Services whose resources are called otherwise in ARNs and actions than the specification tells.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const PREFIXES: Readonly<Record<string, string>> = {
  'AWS::Cognito::IdentityPool': 'cognito-identity',
  'AWS::Cognito': 'cognito-idp',
  'AWS::DevOpsGuru': 'devops-guru',
  'AWS::DirectoryService': 'ds',
  'AWS::ECR::Public': 'ecr-public',
  'AWS::ECR': 'ecr',
  'AWS::EMR': 'elasticmapreduce',
  'AWS::ElasticLoadBalancing': 'elasticloadbalancing',
  'AWS::InspectorV2': 'inspector2',
  'AWS::MSK': 'kafka',
  'AWS::QLDB': 'qldb',
  'AWS::Route53RecoveryControl': 'route53-recovery-control-config',
  'AWS::S3ObjectLambda': 's3',
  'AWS::S3Outposts': 's3-outposts',
  'AWS::ServiceCatalog::': 'servicecatalog',
  'AWS::WAFRegional': 'waf-regional',
  'AWS::WAFv2': 'wafv2',
};

/** The prefix of a type's ARNs and IAM actions, `cognito-idp`. */
export function servicePrefix(specification: ResourceSpecification): string {
  const { type } = specification;
  const named = Object.keys(PREFIXES).find((beginning) => type.startsWith(beginning));
  if (named !== undefined) return PREFIXES[named] ?? '';
  return (
    prefixOf(specification) ?? mostFrequent(typesBeside(type).flatMap((one) => prefixOf(one) ?? [])) ?? lastResort(type)
  );
}

function prefixOf({ arn }: ResourceSpecification): string | undefined {
  return /^arn:[^:]*:([a-z0-9-]+):/.exec(arn ?? '')?.[1];
}

function mostFrequent(all: readonly string[]): string | undefined {
  const count = (one: string): number => all.filter((other) => other === one).length;
  return all.toSorted((one, other) => count(other) - count(one))[0];
}

function lastResort(type: string): string {
  return (type.split('::')[1] ?? '').toLowerCase();
}
