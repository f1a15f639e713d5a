import * as z from 'zod';
import { transform } from 'sam-transform';
import type { Application } from './application.ts';

/** Types and properties of an application's template, as CloudFormation expands it. */
export interface Shown {
  readonly application: Application;
  readonly resources: readonly Resource[];
  /** Places of code that was taken into the artifact, and where it was. */
  readonly taken: readonly { readonly place: string; readonly path: string }[];
  /** The application's own folder. */
  readonly folder: string;
}

const resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });
type Resource = z.infer<typeof resource>;
const document = z.looseObject({ Resources: z.record(z.string(), resource) });

/** Resources of a template, of SAM's types what its transform makes of them. @throws Error where SAM does not take it */
export function resourcesOf(template: Parameters<typeof transform>[0]['template']): Resource[] {
  const parameters = { SluiceAssetBucket: 'assets' };
  const expanded = transform({ template, parameters, region: 'us-east-1' });
  if (expanded.template === undefined) throw new Error(expanded.errors.join('\n'));
  return Object.values(document.parse(expanded.template).Resources);
}

const some =
  (matches: (one: Resource) => boolean) =>
  ({ resources }: Shown): boolean =>
    resources.some(matches);
const has = (type: string, property?: string) =>
  some(({ Type, Properties }) => Type === type && (property === undefined || property in Properties));

/** What kept most of 694 public applications out, and which of ours have it: these are released by `npm run test:applications`. */
export const obstacles: readonly { readonly obstacle: string; readonly shows: (shown: Shown) => boolean }[] = [
  {
    obstacle: 'roles without a boundary',
    shows: some(({ Type, Properties }) => Type === 'AWS::IAM::Role' && !('PermissionsBoundary' in Properties)),
  },
  {
    obstacle: 'SAM code that is not packed',
    shows: ({ application, taken }) =>
      application.kind === 'sam' && taken.some(({ place }) => place.endsWith('.CodeUri')),
  },
  {
    obstacle: 'names without `sluice-`',
    shows: some(({ Properties }) =>
      ['FunctionName', 'RoleName', 'TableName', 'TopicName', 'BucketName', 'QueueName'].some((name) =>
        /app-|AWS::StackName/.test(JSON.stringify(Properties[name] ?? '')),
      ),
    ),
  },
  { obstacle: 'REST APIs', shows: has('AWS::ApiGateway::RestApi') },
  { obstacle: 'event source mappings', shows: has('AWS::Lambda::EventSourceMapping') },
  {
    obstacle: 'code outside of the folder',
    shows: ({ taken, folder }) => taken.some(({ path }) => !path.startsWith(`${folder}/`)),
  },
  {
    obstacle: 'custom resources',
    shows: some(({ Type }) => Type.startsWith('Custom::') || Type === 'AWS::CloudFormation::CustomResource'),
  },
  { obstacle: 'layers', shows: has('AWS::Lambda::Function', 'Layers') },
  {
    obstacle: 'unnamed state machines',
    shows: some(
      ({ Type, Properties }) => Type === 'AWS::StepFunctions::StateMachine' && !('StateMachineName' in Properties),
    ),
  },
  { obstacle: 'functions in a VPC', shows: has('AWS::Lambda::Function', 'VpcConfig') },
  { obstacle: 'HTTP APIs with a body', shows: has('AWS::ApiGatewayV2::Api', 'Body') },
];

const Type = (type: string, Properties: object = {}): object => ({ Type: type, Properties });

/** What does not come in by the built-in list, by the obstacles' names: all of it in one template. */
export const keptOut: Readonly<Record<string, object>> = {
  Zone: Type('AWS::Route53::HostedZone', { Name: 'example.com' }),
  Record: Type('AWS::Route53::RecordSet', { Name: 'api.example.com', Type: 'CNAME' }),
  Network: Type('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
  Subnet: Type('AWS::EC2::Subnet', { VpcId: { Ref: 'Network' }, CidrBlock: '10.0.1.0/24' }),
  Account: Type('AWS::ApiGateway::Account'),
  Domain: Type('AWS::ApiGatewayV2::DomainName', { DomainName: 'api.example.com' }),
  Cluster: Type('AWS::RDS::DBCluster', { Engine: 'aurora-postgresql' }),
  Child: Type('AWS::CloudFormation::Stack', { TemplateURL: 'https://builds.s3.amazonaws.com/child.json' }),
  Queue: Type('AWS::SQS::Queue', { QueueName: 'jobs' }),
};
