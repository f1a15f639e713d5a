import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnEventInvokeConfig, CfnFunction, CfnVersion, type CfnFunctionProps } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { engineRoleName, functionLogGroup, type FunctionName } from '../../core/contract/names.ts';
import type { DeadLetters } from '../constructs/dead-letters.ts';
import { digestOf } from '../constructs/digest.ts';
import { createRole, type Permission } from '../constructs/permissions.ts';
import { functionResourceName } from './names.ts';

/** A function's memory and timeout. */
interface FunctionSize {
  readonly description: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
}

const sizes: Readonly<Record<FunctionName, FunctionSize>> = {
  receive: {
    description: 'Starts a release for each artifact dropped into the release bucket',
    memoryMegabytes: 1024,
    timeoutSeconds: 300,
  },
  validate: { description: 'Checks an artifact and freezes its plan', memoryMegabytes: 1769, timeoutSeconds: 300 },
  gate: { description: 'Approvals, turns, and the end of a release', memoryMegabytes: 1024, timeoutSeconds: 60 },
  deploy: { description: 'Changes targets through their deploy role', memoryMegabytes: 1769, timeoutSeconds: 900 },
  verify: { description: 'Checks targets and sends synthetic traffic', memoryMegabytes: 1769, timeoutSeconds: 900 },
  decide: { description: 'People’s decisions and sessions, by HTTP', memoryMegabytes: 1024, timeoutSeconds: 29 },
  read: { description: 'The ledger, by HTTP', memoryMegabytes: 1024, timeoutSeconds: 29 },
  wake: {
    description: 'Answers waiting tasks, by events and once a minute',
    memoryMegabytes: 1024,
    timeoutSeconds: 120,
  },
  notify: { description: 'Delivers messages to people', memoryMegabytes: 1024, timeoutSeconds: 45 },
  'sign-in': { description: 'People who sign in by OIDC, by HTTP', memoryMegabytes: 1024, timeoutSeconds: 29 },
  // Slack waits three seconds, the start of a cold function included: more memory is more processor.
  interact: {
    description: 'What people press and command in Slack, by HTTP',
    memoryMegabytes: 1769,
    timeoutSeconds: 29,
  },
};

/** Seconds after which a Task's function has certainly ended. The state machines' TimeoutSeconds must be longer. */
export function functionTimeoutSeconds(name: FunctionName): number {
  return sizes[name].timeoutSeconds;
}

export interface EngineFunctionProps {
  readonly name: FunctionName;
  /** Directory of its deployment package. */
  readonly bundle: string;
  /** All of its environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  readonly permissions: readonly Permission[];
  /** ARNs of policies beside the role's own. */
  readonly managedPolicies: readonly string[];
  /** Invocations that the account keeps free for it, and no more than these. */
  readonly reservedConcurrency?: number;
  /** Where an asynchronous invocation goes when all attempts failed. */
  readonly failures?: DeadLetters;
}

/** One Lambda function with its log group and a role of its own. */
export class EngineFunction extends Construct {
  readonly arn: string;
  private readonly function: CfnFunction;
  /** Of all that a version of it holds. */
  private readonly digest: string;

  constructor(scope: Construct, id: string, props: EngineFunctionProps) {
    super(scope, id);
    const { name, bundle, variables, permissions, managedPolicies, failures, reservedConcurrency } = props;
    const functionName = functionResourceName(name);
    const { description, memoryMegabytes, timeoutSeconds } = sizes[name];
    const logGroup = new CfnLogGroup(this, 'Log', {
      logGroupName: functionLogGroup(name),
      retentionInDays: 365,
    });
    const role = createRole(this, 'Role', {
      name: engineRoleName(name),
      description: `What the function ${functionName} may do`,
      trust: { service: 'lambda.amazonaws.com' },
      permissions: failures === undefined ? permissions : [...permissions, sendTo(failures)],
      ...(managedPolicies.length === 0 ? {} : { managedPolicyArns: managedPolicies }),
    });
    const code = new Asset(this, 'Code', { path: bundle });
    const settings: CfnFunctionProps = {
      functionName,
      description,
      code: { s3Bucket: code.s3BucketName, s3Key: code.s3ObjectKey },
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      memorySize: memoryMegabytes,
      timeout: timeoutSeconds,
      role: role.attrArn,
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
      tracingConfig: { mode: 'Active' },
      environment: { variables },
    };
    this.digest = digestOf(Stack.of(this).resolve(settings));
    // With the digest in it, whatever names another version is another function to Lambda, too: it publishes nothing where nothing
    // changed, and CloudFormation then fails ("A version for this Lambda function exists").
    this.function = new CfnFunction(this, 'Function', { ...settings, description: `${description} (${this.digest})` });
    this.function.addResourceDependency(logGroup);
    this.arn = this.function.attrArn;
    if (failures !== undefined) this.keepFailures(this.function, failures);
  }

  /**
   * Publishes a version of it, another one for other code or settings, and keeps those before, which releases under way go on
   * calling. One that a failed deployment made goes again: Lambda would give it to the next attempt, and CloudFormation refuses
   * what it did not make. No release has begun under it (`Workflow.goLiveAfter`).
   * @returns its ARN
   */
  publish(): string {
    const version = new CfnVersion(this, `Version${this.digest}`, { functionName: this.function.ref });
    version.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    return version.ref;
  }

  private keepFailures(resource: CfnFunction, failures: DeadLetters): void {
    new CfnEventInvokeConfig(this, 'Asynchronous', {
      functionName: resource.ref,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 3600,
      destinationConfig: { onFailure: { destination: failures.arn } },
    });
  }
}

function sendTo(queue: DeadLetters): Permission {
  return { actions: ['sqs:SendMessage'], resources: [queue.arn] };
}
