import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { DataUnreadable, EngineMisconfigured, EngineUnavailable, SluiceError } from '../../core/contract/errors.ts';
import type { Measurement, MeasurementContext } from '../../core/contract/engine-metrics.ts';
import { engineRoleName, type FunctionName } from '../../core/contract/names.ts';
import {
  createObservability,
  type Log,
  type Observability,
  type LogContext,
} from '../../adapters/powertools/observability.ts';

/** What an invocation has besides its services: time, identifiers and a log. Nothing else reads the clock. */
export interface InvocationContext {
  /** The present time, ISO 8601 with milliseconds. */
  now(): string;
  /** A new random identifier, 32 hex digits. */
  newId(): string;
  /** 256 random bits, base64url: for links and sessions. */
  newSecret(): string;
  /** Between 0 and 1, for pauses with jitter. */
  random(): number;
  pause(milliseconds: number): Promise<void>;
  /** Who acts, as transitions name it: `sluice-deploy`. */
  readonly actor: string;
  readonly log: Log;
  /** Writes a value of a metric of the engine; never throws. */
  measure(measurement: Measurement, about?: MeasurementContext): void;
  /** Sets what the rest of the invocation's log lines are about. */
  about(context: LogContext): void;
  /** The same invocation for one of several things that are done at the same time: its log lines name this one. */
  of(subject: LogSubject): InvocationContext;
}

/** What something is about. */
interface LogSubject extends Pick<LogContext, 'release' | 'environment'> {
  /** `account/region`. */
  readonly target?: string | undefined;
}

/** One Lambda function: how it builds its services, once, and what it does with an event. */
export interface FunctionDefinition<Environment, Services, Answer> {
  readonly name: FunctionName;
  /** The schema of its environment, from `core/contract/environment-variables.ts`. */
  readonly environment: z.ZodType<Environment>;
  readonly services: (environment: Environment, observe: Observability) => Services;
  readonly handle: (event: unknown, services: Services, invocation: InvocationContext) => Promise<Answer>;
  /** Called before each invocation: drops what must not outlive one. */
  readonly begin?: (services: Services) => void;
}

/**
 * Composes a handler: reads the environment once, builds the services once, and gives each invocation its time and its log.
 * Errors are thrown as Sluice's own, so that Retry and Catch match them by name.
 */
export function createHandler<Environment, Services, Answer>(
  definition: FunctionDefinition<Environment, Services, Answer>,
): (event: unknown, context: Context) => Promise<Answer> {
  let built: { readonly services: Services; readonly observe: Observability } | undefined;
  const build = () => {
    const observe = createObservability(definition.name);
    return { observe, services: definition.services(readEnvironment(definition, process.env), observe) };
  };
  return async (event, context) => {
    built ??= build();
    const { services, observe } = built;
    observe.begin(context.awsRequestId);
    definition.begin?.(services);
    try {
      return await definition.handle(event, services, invocationContext(definition.name, observe));
    } catch (problem) {
      const named = nameProblem(problem);
      observe.log.error(named.message, problem);
      throw named;
    }
  };
}

function invocationContext(name: FunctionName, observe: Observability, log: Log = observe.log): InvocationContext {
  return {
    actor: engineRoleName(name),
    random: Math.random,
    now: () => new Date().toISOString(),
    newSecret: () => randomBytes(32).toString('base64url'),
    newId: () => randomUUID().replaceAll('-', ''),
    pause: async (milliseconds) => {
      await pause(milliseconds);
    },
    log,
    measure: (measurement, about = {}) => observe.measure(measurement, about),
    of: (subject) => invocationContext(name, observe, observe.about(contextOf(subject))),
    about: (subject) => observe.context(subject),
  };
}

function contextOf({ release, environment, target }: LogSubject): LogContext {
  const [account, region] = target?.split('/') ?? [];
  return { release, environment, account, region };
}

/** @throws EngineMisconfigured naming every variable that is missing or wrong */
function readEnvironment<Environment>(
  { name, environment }: { readonly name: FunctionName; readonly environment: z.ZodType<Environment> },
  variables: Readonly<Record<string, string | undefined>>,
): Environment {
  const parsed = environment.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new EngineMisconfigured(`The environment of function ${name} is wrong: ${problems.join('; ')}.`);
}

// AWS's own error names match no Retry; a defect of Sluice (TypeError, …) keeps its name and is not retried.
function nameProblem(problem: unknown): Error {
  if (problem instanceof SluiceError) return problem;
  if (problem instanceof z.ZodError) return new DataUnreadable(z.prettifyError(problem), { cause: problem });
  if (!(problem instanceof Error)) return new EngineUnavailable(String(problem));
  const reachedOut = '$metadata' in problem || 'code' in problem || problem.name === 'TimeoutError';
  return reachedOut ? new EngineUnavailable(`${problem.name}: ${problem.message}`, { cause: problem }) : problem;
}
