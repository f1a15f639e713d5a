import type { ResourceChange } from './change-schema.ts';

/** Something of the stack that no template of the team names so. */
interface AddedName {
  readonly type?: string;
  /** Its first group is what it is there for. */
  readonly pattern: RegExp;
  readonly tell: (origin: string) => string;
}

/** SAM's versions end in ten digits of a digest, and all are called anew while they stand beside their former ones. */
const added: readonly AddedName[] = [
  {
    type: 'AWS::Lambda::Version',
    pattern: /^(.+)GuardVersion(?:Sluice[0-9]+)?$/,
    tell: (id) => `a published version of ${id}, which "guard" adds`,
  },
  {
    type: 'AWS::CloudWatch::Alarm',
    pattern: /^(.+)GuardErrors$/,
    tell: (id) => `the alarm by which ${id} is judged, which "guard" adds`,
  },
  {
    type: 'AWS::Lambda::Alias',
    pattern: /^(.+)Aliaslive$/,
    tell: (id) => `the alias that callers of ${id} come by`,
  },
  {
    type: 'AWS::ApiGateway::Deployment',
    pattern: /^(.+)Guarded$/,
    tell: (id) => `the next ${id}, which "guard" adds`,
  },
  {
    type: 'AWS::Lambda::Version',
    pattern: /^(.+)Version[0-9a-f]{10}(?:Sluice[0-9]+)?$/,
    tell: (id) => `a published version of ${id}`,
  },
  { pattern: /^(.+)Sluice[0-9]+$/, tell: (id) => `${id} of the template` },
];

/** `Jobs (AWS::SQS::Queue)`; of what Sluice or SAM adds, what it is: `OrdersAliaslive (AWS::Lambda::Alias: the alias that callers of Orders come by)`. */
export function describeResource({ logicalId, type }: Pick<ResourceChange, 'logicalId' | 'type'>): string {
  const [words] = added.flatMap((one) => {
    const [, origin] = (one.type ?? type) === type ? (one.pattern.exec(logicalId) ?? []) : [];
    return origin === undefined ? [] : [one.tell(origin)];
  });
  return `${logicalId} (${type}${words === undefined ? '' : `: ${words}`})`;
}
