import {
  DeleteFunctionConcurrencyCommand,
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { ACCOUNT_CONCURRENCY } from './invoker.ts';
import { ask, type Lambda } from './lambda.ts';
import { invalid, type FunctionStore } from './store.ts';

/** AWS keeps this much for functions that reserve nothing. */
const LEAST_UNRESERVED = 100;

/** What the functions of an account and region reserve in all. */
export function reservedIn(store: FunctionStore, where: { readonly account: string; readonly region: string }): number {
  return store.list(where).reduce((total, { reservedConcurrency }) => total + (reservedConcurrency ?? 0), 0);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export function concurrencyOperations(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: PutFunctionConcurrencyCommand,
      accepts: ['FunctionName', 'ReservedConcurrentExecutions'],
      authorize: (input, call) => ask(lambda, 'PutFunctionConcurrency', input, call),
      handle: async (input, { caller }) => {
        const record = lambda.store.named(input.FunctionName, caller);
        const wanted = input.ReservedConcurrentExecutions ?? 0;
        const others = reservedIn(lambda.store, record) - (record.reservedConcurrency ?? 0);
        if (wanted < 0 || ACCOUNT_CONCURRENCY - others - wanted < LEAST_UNRESERVED)
          throw invalid(
            `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`,
          );
        record.reservedConcurrency = wanted;
        return { ReservedConcurrentExecutions: wanted };
      },
    }),
    operation({
      command: GetFunctionConcurrencyCommand,
      accepts: ['FunctionName'],
      authorize: (input, call) => ask(lambda, 'GetFunctionConcurrency', input, call),
      handle: async (input, { caller }) => ({
        ReservedConcurrentExecutions: lambda.store.named(input.FunctionName, caller).reservedConcurrency,
      }),
    }),
    operation({
      command: DeleteFunctionConcurrencyCommand,
      accepts: ['FunctionName'],
      authorize: (input, call) => ask(lambda, 'DeleteFunctionConcurrency', input, call),
      handle: async (input, { caller }) => {
        lambda.store.named(input.FunctionName, caller).reservedConcurrency = undefined;
        return {};
      },
    }),
    operation({
      command: GetAccountSettingsCommand,
      accepts: [],
      authorize: () => ({ action: 'lambda:GetAccountSettings', resource: '*' }),
      handle: async (_, { caller }) => {
        const functions = lambda.store.list(caller);
        const versions = functions.flatMap(({ latest, versions: published }) => [latest, ...published.values()]);
        return {
          AccountLimit: {
            TotalCodeSize: 80_530_636_800,
            CodeSizeUnzipped: 262_144_000,
            CodeSizeZipped: 52_428_800,
            ConcurrentExecutions: ACCOUNT_CONCURRENCY,
            UnreservedConcurrentExecutions: ACCOUNT_CONCURRENCY - reservedIn(lambda.store, caller),
          },
          AccountUsage: {
            TotalCodeSize: versions.reduce((total, { code }) => total + code.size, 0),
            FunctionCount: functions.length,
          },
        };
      },
    }),
  ];
}
