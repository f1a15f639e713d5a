import { Logger } from '@aws-lambda-powertools/logger';
import { Tracer } from '@aws-lambda-powertools/tracer';

/** What a log line is about. Every line of an invocation carries it once it is known. */
export interface LogContext {
  readonly release?: string | undefined;
  /** What `sluice plan` asked for. */
  readonly plan?: string | undefined;
  readonly environment?: string | undefined;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** The lines that functions write. */
export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, problem: unknown): void;
}

/** Logging and tracing, wired once for all functions: the only file that knows Powertools. */
export interface Observability {
  readonly log: Log;
  /** Starts an invocation: clears the context of the last one. */
  begin(requestId: string): void;
  /** From here on every line names this. */
  context(subject: LogContext): void;
  /** A log whose lines name this, whatever others name at the same time. */
  about(subject: LogContext): Log;
  /** Lets calls of an AWS SDK client show up in the trace. */
  client<T>(client: T): T;
}

/** @param name the function, e.g. `deploy`; level and service name come from Powertools' own variables. */
export function createObservability(name: string): Observability {
  const logger = new Logger({ persistentKeys: { function: name } });
  const tracer = new Tracer();
  return {
    log: logOf(logger),
    about: (subject) => {
      const own = logger.createChild();
      own.appendKeys({ ...subject });
      return logOf(own);
    },
    begin: (requestId) => {
      logger.resetKeys();
      logger.appendKeys({ requestId });
    },
    // Callers pass whole inputs; a task token must never be logged.
    context: ({ release, plan, environment, account, region }) => {
      logger.appendKeys({ release, plan, environment, account, region });
    },
    client: (client) => (tracer.isTracingEnabled() ? tracer.captureAWSv3Client(client) : client),
  };
}

function logOf(logger: Logger): Log {
  return {
    info: (message, details) => logger.info(message, { ...details }),
    warn: (message, details) => logger.warn(message, { ...details }),
    error: (message, problem) => logger.error(message, problem instanceof Error ? problem : new Error(String(problem))),
  };
}
