import { apiKinds } from './resource-kinds/apis.ts';
import { functionKinds } from './resource-kinds/functions.ts';
import type { ResourceKind } from './resource-kinds/kind.ts';
import { messageKinds } from './resource-kinds/messages.ts';
import { secretKinds } from './resource-kinds/secrets.ts';
import { signInKinds } from './resource-kinds/sign-in.ts';
import { storageKinds } from './resource-kinds/storage.ts';
import { watchingKinds } from './resource-kinds/watching.ts';

export type { Grant, ResourceKind } from './resource-kinds/kind.ts';
export { identityKinds } from './resource-kinds/identities.ts';

/** What a template may name although nothing is granted for it. */
const withoutGrants: readonly ResourceKind[] = [
  {
    title: 'Wait conditions and metadata',
    types: ['AWS::CloudFormation::WaitCondition', 'AWS::CloudFormation::WaitConditionHandle', 'AWS::CDK::Metadata'],
    grants: [],
  },
  {
    title: 'SAM',
    types: [
      ...['Api', 'Connector', 'Function', 'HttpApi', 'LayerVersion', 'SimpleTable', 'StateMachine', 'WebSocketApi'],
    ].map((name) => `AWS::Serverless::${name}`),
    note: 'SAM’s transform makes resources of the kinds above of them. `AWS::Serverless::GraphQLApi` is not among them, whose code packing does not take in: write its parts as `AWS::AppSync::…`.',
    grants: [],
  },
];

/**
 * What CloudFormation may make for services, apart from identities: from this list come the grants in every target, the docs and what
 * is said of a template that names something else. A platform team that needs another kind adds it to one of its files.
 */
export const resourceKinds: readonly ResourceKind[] = [
  ...functionKinds,
  ...apiKinds,
  ...messageKinds,
  ...storageKinds,
  ...secretKinds,
  ...watchingKinds,
  ...signInKinds,
  ...withoutGrants,
];
