import { heldDigest } from '../../core/template/held-configuration.ts';
import {
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type LambdaClient,
  paginateListAliases,
  paginateListVersionsByFunction,
  ResourceNotFoundException,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';

/** What an alias serves. */
interface AliasState {
  readonly version: string;
  /** Further versions and their share of the traffic, 0 to 1; empty when one version serves alone. */
  readonly weights: Readonly<Record<string, number>>;
}

/** What is invoked. */
export interface Invocation {
  readonly functionName: string;
  /** Version or alias; the function's latest code when not given. */
  readonly qualifier?: string | undefined;
  readonly payload: unknown;
  readonly timeoutMilliseconds: number;
  /** What the function reads as `context.clientContext`; at most 3,583 bytes of base64. */
  readonly clientContext?: object | undefined;
}

/** The result of one invocation. */
interface InvocationResult {
  /** The function's error type (`Unhandled`), when it threw. */
  readonly functionError?: string | undefined;
  /** The answer as text. */
  readonly payload: string;
  /** The version that answered. */
  readonly version: string;
}

/** Lambda in one target, for one service. */
export interface LiveFunctions {
  alias(functionName: string, alias: string): Promise<AliasState | undefined>;
  /** Points the alias at one version alone. */
  pointAlias(functionName: string, alias: string, version: string): Promise<void>;
  /** Whether the version exists and can run (`Active`, or inactive because it was not used). */
  isUsable(functionName: string, version: string): Promise<boolean>;
  /**
   * A digest of what the version holds of the function, the same as that of `$LATEST` as long as the version is up to date; undefined
   * where there is none. No value of it is shown to anybody.
   */
  heldDigest(functionName: string, version: string): Promise<string | undefined>;
  /** Numbers of all published versions of the function; none where it does not exist. */
  versions(functionName: string): Promise<readonly string[]>;
  /** Every version that one of the function's aliases names, with or without weight. */
  versionsOfAliases(functionName: string): Promise<readonly string[]>;
  /** Deletes one version; Lambda refuses where an alias names it. */
  deleteVersion(functionName: string, version: string): Promise<void>;
  /** Invokes and waits for the answer. */
  invoke(invocation: Invocation): Promise<InvocationResult>;
}

export function createLiveFunctions(client: LambdaClient): LiveFunctions {
  return {
    alias: async (functionName, alias) => {
      const found = await orAbsent(() => client.send(new GetAliasCommand({ FunctionName: functionName, Name: alias })));
      if (found?.FunctionVersion === undefined) return undefined;
      return { version: found.FunctionVersion, weights: found.RoutingConfig?.AdditionalVersionWeights ?? {} };
    },
    pointAlias: async (functionName, alias, version) => {
      await client.send(
        new UpdateAliasCommand({
          FunctionName: functionName,
          Name: alias,
          FunctionVersion: version,
          RoutingConfig: { AdditionalVersionWeights: {} },
        }),
      );
    },
    isUsable: async (functionName, version) => {
      const found = await orAbsent(() =>
        client.send(new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: version })),
      );
      return found !== undefined && found.State !== 'Failed';
    },
    heldDigest: async (functionName, version) => {
      const found = await orAbsent(() =>
        client.send(new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: version })),
      );
      return found === undefined ? undefined : heldDigest({ ...found });
    },
    versions: async (functionName) => {
      const pages = paginateListVersionsByFunction({ client }, { FunctionName: functionName });
      const found = await collect(pages, ({ Versions = [] }) => Versions.flatMap(({ Version = '' }) => Version));
      return found.filter((version) => version !== '$LATEST');
    },
    versionsOfAliases: (functionName) =>
      collect(paginateListAliases({ client }, { FunctionName: functionName }), ({ Aliases = [] }) =>
        Aliases.flatMap(({ FunctionVersion = '', RoutingConfig }) => [
          FunctionVersion,
          ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}),
        ]),
      ),
    deleteVersion: async (functionName, version) => {
      await orAbsent(() => client.send(new DeleteFunctionCommand({ FunctionName: functionName, Qualifier: version })));
    },
    invoke: async ({ functionName, qualifier, payload, timeoutMilliseconds, clientContext }) => {
      const answer = await client.send(
        new InvokeCommand({
          FunctionName: functionName,
          ...(qualifier === undefined ? {} : { Qualifier: qualifier }),
          InvocationType: 'RequestResponse',
          ...(clientContext === undefined
            ? {}
            : { ClientContext: Buffer.from(JSON.stringify(clientContext)).toString('base64') }),
          Payload: Buffer.from(JSON.stringify(payload ?? null)),
        }),
        { abortSignal: AbortSignal.timeout(timeoutMilliseconds) },
      );
      return {
        functionError: answer.FunctionError,
        payload: Buffer.from(answer.Payload ?? []).toString('utf8'),
        version: answer.ExecutedVersion ?? qualifier ?? '$LATEST',
      };
    },
  };
}

/** Everything on all pages; nothing where there is no such function. */
async function collect<Page>(
  pages: AsyncIterable<Page>,
  read: (page: Page) => readonly string[],
): Promise<readonly string[]> {
  const found = await orAbsent(async () => {
    const all: string[] = [];
    for await (const page of pages) all.push(...read(page));
    return all;
  });
  return found ?? [];
}

async function orAbsent<T>(send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send();
  } catch (problem) {
    if (problem instanceof ResourceNotFoundException) return undefined;
    throw problem;
  }
}
