import {
  DeleteDashboardsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  PutDashboardCommand,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { arnOf, type Dashboards, missing } from './dashboards.ts';
import { validateDashboard } from './dashboard-body.ts';

/** A page of ListDashboards. */
const PAGE = 1_000;

export function dashboardOperations(kernel: Kernel, dashboards: Dashboards): AnyOperation[] {
  return [put(kernel, dashboards), get(dashboards), list(dashboards), remove(dashboards)];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html */
function put(kernel: Kernel, dashboards: Dashboards): AnyOperation {
  return operation({
    command: PutDashboardCommand,
    accepts: ['DashboardName', 'DashboardBody', 'Tags'],
    authorize: (input, { caller }) => ({
      action: 'cloudwatch:PutDashboard',
      resource: arnOf(caller, input.DashboardName ?? ''),
    }),
    handle: async (input, { caller }) => {
      const { DashboardName: name = '', DashboardBody: body = '' } = input;
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
        throw new AwsError('DashboardInvalidInputError', `The dashboard name ${name} is invalid.`);
      const { errors, warnings } = validateDashboard(body);
      if (errors.length > 0) {
        const shown = errors.map(({ DataPath, Message }) => ({ dataPath: DataPath, message: Message }));
        throw new AwsError(
          'DashboardInvalidInputError',
          `The dashboard body is invalid, there are ${errors.length} validation errors:\n${JSON.stringify(shown, null, 2)}`,
          400,
          { dashboardValidationMessages: errors },
        );
      }
      const own = dashboards.of(caller);
      // "If you specify Tags when updating an existing dashboard, the tag updates are ignored."
      const tags =
        own.get(name)?.tags ??
        Object.fromEntries((input.Tags ?? []).map(({ Key = '', Value = '' }): [string, string] => [Key, Value]));
      own.set(name, { name, arn: arnOf(caller, name), body, tags, modifiedAt: kernel.clock.now() });
      return { DashboardValidationMessages: [...warnings] };
    },
  });
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html */
function get(dashboards: Dashboards): AnyOperation {
  return operation({
    command: GetDashboardCommand,
    accepts: ['DashboardName'],
    authorize: (input, { caller }) => ({
      action: 'cloudwatch:GetDashboard',
      resource: arnOf(caller, input.DashboardName ?? ''),
    }),
    handle: async (input, { caller }) => {
      const found = dashboards.named(caller, input.DashboardName ?? '');
      return { DashboardArn: found.arn, DashboardBody: found.body, DashboardName: found.name };
    },
  });
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html */
function list(dashboards: Dashboards): AnyOperation {
  return operation({
    command: ListDashboardsCommand,
    accepts: ['DashboardNamePrefix', 'NextToken'],
    authorize: () => ({ action: 'cloudwatch:ListDashboards', resource: '*' }),
    handle: async (input, { caller }) => {
      const all = [...dashboards.of(caller).values()]
        .filter(({ name }) => name.startsWith(input.DashboardNamePrefix ?? ''))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
      const from = Number(input.NextToken ?? 0);
      if (!Number.isInteger(from)) throw new AwsError('InvalidParameterValueException', 'The NextToken is invalid.');
      return {
        DashboardEntries: all.slice(from, from + PAGE).map(({ name, arn, body, modifiedAt }) => ({
          DashboardName: name,
          DashboardArn: arn,
          LastModified: new Date(modifiedAt),
          Size: Buffer.byteLength(body),
        })),
        NextToken: from + PAGE < all.length ? String(from + PAGE) : undefined,
      };
    },
  });
}

/**
 * "If there is an error during this call, the operation attempts to delete as many dashboards as possible."
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html
 */
function remove(dashboards: Dashboards): AnyOperation {
  return operation({
    command: DeleteDashboardsCommand,
    accepts: ['DashboardNames'],
    authorize: (input, { caller }) =>
      (input.DashboardNames ?? []).map((name) => ({
        action: 'cloudwatch:DeleteDashboards',
        resource: arnOf(caller, name),
      })),
    handle: async (input, { caller }) => {
      const names = input.DashboardNames ?? [];
      if (names.length > 100)
        throw new AwsError('InvalidParameterValueException', 'At most 100 dashboards are deleted by one call.');
      const own = dashboards.of(caller);
      const absent = names.filter((name) => !own.delete(name));
      if (absent.length > 0) throw missing(absent);
      return {};
    },
  });
}
