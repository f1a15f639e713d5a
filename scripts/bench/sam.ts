import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { difference } from 'local-aws/meters';
import type { Observation } from 'local-aws/observation';
import { transform } from 'sam-transform';
import { pack } from '../../cli/pack/pack.ts';
import { zip } from '../../cli/pack/zip.ts';
import { table } from '../../cli/output.ts';
import { targetRoleName } from '../../core/contract/names.ts';
import { readTemplateFile } from '../../core/template/parse.ts';
import { restoreAssetBucket } from '../../core/template/restore-asset-bucket.ts';
import type { Template } from '../../core/template/template.ts';
import { formatReleaseId } from '../../core/values/release-id.ts';
import { synthesize } from '../../local/deploy.ts';
import { type Sandbox, startSandbox } from '../../local/sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import type { BudgetLine } from './budget-line.ts';

type Caller = Extract<Observation, { readonly kind: 'call' }>['caller'];

const REGION = 'us-east-1';
const TARGET = '222222222222';
/** Once as a team of SAM's has it, and once as CloudFormation makes of it. */
const SERVICES = ['expanded', 'processed'] as const;

/** Asked again until the answer is there, as often as the machine is slow: each counts once. */
const AWAITED = ['DescribeChangeSet', 'GetDeployment'];

/** What a release of one target takes. */
interface Taken {
  readonly changeSets: number;
  /** Calls to all services in the target's account, by operation. */
  readonly calls: ReadonlyMap<string, number>;
  readonly transitions: number;
}

/** What SAM adds to a release to one target: the same application, by the same rollout, with its transform and without. */
export async function measureSam(log: (line: string) => void): Promise<BudgetLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  try {
    const policy = join(folder, 'policy.json');
    writeFileSync(policy, JSON.stringify(onePolicy()));
    const synthesized = join(folder, 'synthesized');
    mkdirSync(synthesized);
    await synthesize(synthesized, { 'sluice:policy': policy }, () => undefined);
    const sandbox = await startSandbox({ pace: 'max', synthesized, log });
    try {
      const recorder = new TransitionRecorder(sandbox.aws);
      const sam = await measure(sandbox, recorder, join(folder, 'sam'), 'expanded');
      const plain = await measure(sandbox, recorder, join(folder, 'plain'), 'processed');
      log(formatCalls(sam, plain));
      return linesOf(sam, plain);
    } finally {
      await sandbox.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function linesOf(sam: Taken, plain: Taken): BudgetLine[] {
  const all = ({ calls }: Taken): number => [...calls.values()].reduce((sum, times) => sum + times, 0);
  const lines: (readonly [string, number, number])[] = [
    ['change sets', sam.changeSets - plain.changeSets, 1],
    ['calls', all(sam) - all(plain), 4],
    ['state transitions', sam.transitions - plain.transitions, 0],
  ];
  return lines.map(([what, measured, budget]) => ({
    ...{ what: `${what} that SAM adds to a release, a target`, measured, budget, unit: '' },
  }));
}

/** Releases two versions of the application, and counts the second. */
async function measure(
  { aws, engine, account }: Sandbox,
  recorder: TransitionRecorder,
  folder: string,
  service: (typeof SERVICES)[number],
): Promise<Taken> {
  const release = async (version: string): Promise<void> => {
    writeApplication(folder, service, version);
    const { key, bytes } = pack(folder);
    await engine.push(key, service === 'processed' ? processed(bytes) : bytes);
    await recorder.waitFor(formatReleaseId({ service, version, attempt: 1 }), 'ended');
  };
  await release('1.0.0');
  const before = aws.meters.read({ account });
  const calls = new Map<string, number>();
  const asked = new Set<string>();
  const stop = aws.kernel.onObservation((one) => {
    if (one.kind !== 'call' || one.caller.account !== TARGET || !isEngine(one.caller)) return;
    const name = `${one.service} ${one.operation}`;
    const question = `${name} ${JSON.stringify(one.input)}`;
    if (AWAITED.includes(one.operation) && asked.has(question)) return;
    asked.add(question);
    calls.set(name, (calls.get(name) ?? 0) + 1);
  });
  await release('2.0.0');
  stop();
  const { stateTransitions } = difference(aws.meters.read({ account }), before);
  return { calls, transitions: stateTransitions, changeSets: calls.get('cloudformation CreateChangeSet') ?? 0 };
}

/** Calls by the roles of the target that the engine takes on; what CloudFormation does by its own counts for both alike. */
function isEngine({ principal }: Caller): boolean {
  const roles = [targetRoleName('deploy', REGION), targetRoleName('verify', REGION)];
  return principal.type === 'assumedRole' && roles.includes(principal.roleName);
}

/** The same artifact with what SAM's transform makes of its template. @throws Error where SAM does not take it */
function processed(bytes: Uint8Array): Uint8Array {
  const files = unzipSync(bytes);
  const template = parsed(files['template.json']);
  const bucket = 'the-bucket-of-assets';
  const expanded = transform({ template, parameters: { SluiceAssetBucket: bucket }, region: REGION });
  if (expanded.template === undefined) throw new Error(expanded.errors.join('\n'));
  const own = restoreAssetBucket(parsed(Buffer.from(JSON.stringify(expanded.template))), bucket);
  const all = { ...files, 'template.json': Buffer.from(JSON.stringify(own)) };
  return zip(new Map(Object.entries(all).map(([name, content]) => [name, { content }])));
}

function parsed(bytes: Uint8Array | undefined): Template {
  const reading = readTemplateFile(bytes ?? Buffer.from(''), 'template.json');
  if ('template' in reading) return reading.template;
  throw new Error(reading.problems.map(({ message }) => message).join('\n'));
}

/** A function with an API, a table and an alias, as teams begin. */
function writeApplication(folder: string, service: string, version: string): void {
  const files = {
    'src/index.js': `exports.handler = async () => ({ statusCode: 200, body: '${service} ${version}' });\n`,
    'template.json': JSON.stringify({
      Transform: 'AWS::Serverless-2016-10-31',
      Resources: {
        Hello: {
          Type: 'AWS::Serverless::Function',
          Properties: {
            ...{ CodeUri: 'src', Handler: 'index.handler', Runtime: 'nodejs24.x', AutoPublishAlias: 'live' },
            Policies: [{ DynamoDBCrudPolicy: { TableName: { Ref: 'Table' } } }],
            Events: { Get: { Type: 'HttpApi', Properties: { Path: '/hello', Method: 'GET' } } },
          },
        },
        Table: { Type: 'AWS::Serverless::SimpleTable' },
      },
    }),
    'release.json': JSON.stringify({
      ...{ service, version, source: { author: 'Ada <ada@example.com>' }, template: 'template.json' },
      rollout: { staging: 'Canary10Percent5Minutes' },
    }),
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** One environment with one target, in which nobody is asked. */
function onePolicy(): object {
  const services = Object.fromEntries(SERVICES.map((service) => [service, { environments: ['staging'] }]));
  return {
    services,
    environments: { staging: { waves: [{ targets: [{ account: TARGET, region: REGION }] }] } },
    notify: { email: ['releases@example.com'] },
  };
}

/** What is called more often, or less, with the transform. */
function formatCalls(sam: Taken, plain: Taken): string {
  const names = [...new Set([...sam.calls.keys(), ...plain.calls.keys()])].sort();
  const rows = names.flatMap((name) => {
    const [taken, without] = [sam.calls.get(name) ?? 0, plain.calls.get(name) ?? 0];
    return taken === without ? [] : [[name, `${taken}`, `${without}`]];
  });
  return table(['call', 'with SAM', 'without'], rows);
}
