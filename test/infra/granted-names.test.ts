import { matchesWildcard } from 'local-aws/iam-patterns';
import { describe, expect, it } from 'vitest';
import { entriesIn } from '../../core/policy/stack-names.ts';
import { namedTypes, namingProperties } from '../../core/template/resource-names.ts';
import type { Limit } from '../../infra/constructs/permissions.ts';
import { builtInPermissions, identityPermissions } from '../../infra/release-target/cloudformation-permissions.ts';
import { scopeOf } from '../../infra/release-target/scope.ts';
import { samplePolicy } from '../core/samples.ts';
import { namesFor } from '../core/template/names-for.ts';

// What the engine and `sluice check` take for granted is what the execution role of the entry may do, and nothing else.

const target = { account: '222222222222', region: 'us-east-1' };
const policy = samplePolicy({ services: { orders: { environments: ['staging'] } } });
const names = entriesIn(policy, target).flatMap(({ resources }) => resources);
const boundary = 'arn:aws:iam::222222222222:policy/boundary';

/** As `ExecutionRoles` puts a role together: what its policies grant, and the boundary that limits them to names. */
const grants = [...builtInPermissions(target), ...identityPermissions(target, names, boundary)];
const limits = scopeOf(
  [...builtInPermissions(target, ['{name}']), ...identityPermissions(target, ['{name}'], undefined)],
  names,
);

const anyOf = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => matchesWildcard(pattern, text));

function isAllowed(action: string, arn: string): boolean {
  const granted = grants.some(({ actions, resources }) => actions.includes(action) && anyOf(resources, arn));
  const applying = limits.filter((limit) => anyOf(limit.Resource, arn) && isAbout(limit, action));
  return granted && applying.length > 0 && applying.every(({ Effect }) => Effect === 'Allow');
}

function isAbout({ Action, NotAction = [] }: Limit, action: string): boolean {
  return Action === undefined ? !anyOf(NotAction, action) : anyOf(Action, action);
}

const stack = { ...target, stackName: 'sluice-orders-staging', template: { Resources: {} }, parameters: {} };
const properties = namedTypes.flatMap((Type) =>
  namingProperties({ Type }).map((naming) => [Type, naming.property, naming] as const),
);

/** CloudFormation names a layer by its logical id alone, so that no name of a stack covers it: the engine judges the names of layers. */
const judgedByTheEngine: readonly string[] = ['AWS::Lambda::LayerVersion', 'AWS::Serverless::LayerVersion'];

describe('the execution role', () => {
  it.each(properties)(
    'may make %s by the %s that a template may have, and not by another',
    (type, property, naming) => {
      const [fits, doesNot] = namesFor(type, property).map((value) => naming.arn(value, stack));
      // Left to the name itself: the default bus, no path.
      if (fits !== undefined) expect([fits, isAllowed(naming.action, fits)]).toEqual([fits, true]);
      expect([doesNot, isAllowed(naming.action, doesNot ?? '')]).toEqual([doesNot, judgedByTheEngine.includes(type)]);
    },
  );

  // AWS compares names without the id that ARNs have behind them (`ArnForPolicy`):
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-connection.html
  it.each(['CreateConnection connection', 'CreateApiDestination api-destination'])(
    'may make what CloudFormation names by its logical id, and nothing called as others’: %s',
    (asked) => {
      const [action = '', kind = ''] = asked.split(' ');
      const may = (name: string): boolean =>
        isAllowed(`events:${action}`, `arn:aws:events:us-east-1:222222222222:${kind}/${name}`);
      const id = '0a1b2c3d-0000-4000-8000-000000000000';
      expect([may('Hook-w2HHlMDVlHoo'), may(`Hook-w2HHlMDVlHoo/${id}`)]).toEqual([true, true]);
      expect([may(`sluice-orders-staging-x/${id}`), may('sluice-orders-staging-hook')]).toEqual([true, true]);
      expect(may('sluice-victim-open-hook')).toBe(false);
    },
  );

  it('may touch every kind of thing of CodeDeploy that has the entry’s name, and no other', () => {
    const may = (action: string, path: string): boolean =>
      isAllowed(`codedeploy:${action}`, `arn:aws:codedeploy:us-east-1:222222222222:${path}`);
    const [own, other] = ['sluice-orders-staging-x', 'sluice-victim-open-x'];
    for (const [action, kind, end = ''] of [
      ['CreateApplication', 'application'],
      ['CreateDeploymentGroup', 'deploymentgroup', '/group'],
      ['CreateDeploymentConfig', 'deploymentconfig'],
    ] as const)
      expect([kind, may(action, `${kind}:${own}${end}`), may(action, `${kind}:${other}${end}`)]).toEqual([
        ...[kind, true, false],
      ]);
  });
});
