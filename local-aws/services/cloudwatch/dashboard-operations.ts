import {
  DeleteDashboardsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  PutDashboardCommand,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { validateDashboard } from './dashboard-body.ts';

interface DashboardRecord {
  readonly name: string;
  readonly arn: string;
  readonly body: string;
  readonly modifiedAt: number;
}

interface Where {
  readonly account: string;
}

/** A page of ListDashboards. */
const PAGE = 1_000;

/** The dashboards of every account, whatever the Region they are put from: "All dashboards in your account are global". */
class Dashboards {
  private readonly accounts = new Map<string, Map<string, DashboardRecord>>();

  of({ account }: Where): Map<string, DashboardRecord> {
    const known = this.accounts.get(account) ?? new Map<string, DashboardRecord>();
    this.accounts.set(account, known);
    return known;
  }
}

function arnOf({ account }: Where, name: string): string {
  return `arn:aws:cloudwatch::${account}:dashboard/${name}`;
}

export function dashboardOperations(kernel: Kernel): AnyOperation[] {
  const dashboards = new Dashboards();
  return [put(kernel, dashboards), get(dashboards), list(dashboards), remove(dashboards)];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html */
function put(kernel: Kernel, dashboards: Dashboards): AnyOperation {
  return operation({
    command: PutDashboardCommand,
    accepts: ['DashboardName', 'DashboardBody'],
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
      dashboards.of(caller).set(name, { name, arn: arnOf(caller, name), body, modifiedAt: kernel.clock.now() });
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
      const found = dashboards.of(caller).get(input.DashboardName ?? '');
      if (found === undefined) throw missing([input.DashboardName ?? '']);
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

function missing(names: readonly string[]): AwsError {
  const which = names.length === 1 ? `Dashboard ${names[0] ?? ''} does` : `Dashboards ${names.join(', ')} do`;
  return new AwsError('DashboardNotFoundError', `${which} not exist`, 404);
}
