import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import {
  dimensionsOf,
  engineMetrics,
  type Measurement,
  type MeasurementContext,
  metricNamespace,
} from '../../core/contract/engine-metrics.ts';

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

/** Logging, tracing and metrics, wired once for all functions: the only file that knows Powertools. */
export interface Observability {
  readonly log: Log;
  /** Starts an invocation: clears the context of the last one. */
  begin(requestId: string): void;
  /** From here on every line names this. */
  context(subject: LogContext): void;
  /** A log whose lines name this, whatever others name at the same time. */
  about(subject: LogContext): Log;
  /** Writes a value of a metric of the engine. What cannot be written is told in the log, and stops nothing. */
  readonly measure: (measurement: Measurement, about: MeasurementContext) => void;
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
    measure: measuring(logOf(logger)),
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

/**
 * A line in CloudWatch's embedded metric format for each value, as each has dimensions of its own. Powertools' own dimension, `service`,
 * would make another metric of each for every function; without dimensions the format wants an empty set, not none.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
function measuring(log: Log): Observability['measure'] {
  const metrics = new Metrics({ namespace: metricNamespace });
  metrics.clearDefaultDimensions();
  return (measurement, about) => {
    try {
      // Powertools takes it, and CloudWatch then makes nothing of the line.
      if (!Number.isFinite(measurement.value)) throw new RangeError(`${measurement.value} is no value.`);
      metrics.addDimensions(dimensionsOf(measurement));
      for (const key of ['release', 'service', 'environment'] as const) {
        const value = about[key];
        if (value !== undefined) metrics.addMetadata(key, value);
      }
      metrics.addMetric(measurement.metric, engineMetrics[measurement.metric].unit, measurement.value);
      metrics.publishStoredMetrics();
    } catch (problem) {
      metrics.clearDimensions();
      metrics.clearMetadata();
      metrics.clearMetrics();
      log.error(`A value of the metric ${measurement.metric} could not be written`, problem);
    }
  };
}
