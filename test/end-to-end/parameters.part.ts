import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultStackName } from '../../core/contract/names.ts';
import { onApprovalRequest } from '../../local/approval-requests.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { enterSandbox } from './shared-sandbox.ts';
import { StackAdministrator } from './stack-administrator.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import { dropTiny, readEnd, type ReleaseEnd } from './release-end.ts';
import { type TinyRelease } from './tiny-service.ts';

// Parameters of a service's stack: what becomes of values that nobody can read, of secrets, and of what a manifest no longer gives.

const production = '333333333333';

let sandbox: Sandbox;
let recorder: TransitionRecorder;
let rules: RuleChecker;
let administrator: StackAdministrator;
/** Texts of the mails that the engine sent. */
const mails: string[] = [];

beforeAll(async () => {
  sandbox = await enterSandbox();
  rules = new RuleChecker(sandbox.aws);
  recorder = new TransitionRecorder(sandbox.aws);
  administrator = new StackAdministrator(sandbox.aws, production);
  sandbox.aws.kernel.onObservation((one) => void (one.kind === 'email' && mails.push(one.text)));
  onApprovalRequest(sandbox.aws, (request) => void request.decide('approve', 'Looks good'));
});
afterAll(() => sandbox.close());

async function releaseAndWait(release: TinyRelease): Promise<ReleaseEnd> {
  return readEnd(sandbox.engine, recorder, await dropTiny(sandbox.engine, release));
}

/** True for who comes by the alias. */
const throughAlias = 'context.invokedFunctionArn.endsWith(":live")';
const smoke = { manifest: { checks: { smoke: [{ invoke: 'Function', expect: { json: { ok: true } } }] } } };

const reference = (name: string): string => `{{resolve:ssm:/referring/${name}}}`;

/** What a parameter in the Parameter Store holds. */
async function valueOf(Name = ''): Promise<string | undefined> {
  const ssm = sandbox.aws.client(SSMClient, { account: production, region: ENGINE.region });
  return (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;
}

describe.concurrent('a release meets', () => {
  it(
    'the one of the asset bucket goes with the code, and a release without any succeeds',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const service = 'codeless';
      expects((await releaseAndWait({ service, version: '1.0.0' })).end).toBe('Succeeded');
      const none = { Role: undefined, Function: undefined, Version: undefined, Alias: undefined };
      const resources = { ...none, Queue: { Type: 'AWS::SQS::Queue' } };
      expects((await releaseAndWait({ service, version: '1.1.0', resources })).end).toBe('Succeeded');
    },
  );

  it(
    'values that a stack hides: never changes them, and leaves them as they were',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const StackName = defaultStackName('hiding', 'open');
      const hidden = (Default: string) => ({ Type: 'String', NoEcho: true, Default });
      const showing = (name: string) => ({
        Type: 'AWS::SSM::Parameter',
        Properties: { Type: 'String', Value: { Ref: name } },
      });
      const before = {
        Parameters: { Password: hidden('a'), Dropped: hidden('b'), Origin: { Type: 'String', Default: '*' } },
        Resources: { Shown: showing('Password'), Other: showing('Dropped'), Origins: showing('Origin') },
      };
      const values = { Password: 'old', Dropped: 'older' };
      const Parameters = Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      }));
      expects(await administrator.create(StackName, before, { Parameters })).toBe('CREATE_COMPLETE');
      const ids = await administrator.resources(StackName);
      const shown = async () => ({
        Password: await valueOf(ids['Shown']),
        Dropped: await valueOf(ids['Other']),
        Origin: await valueOf(ids['Origins']),
      });
      const asBefore = { Password: 'old', Dropped: 'older', Origin: '*' };
      expects(await shown()).toEqual(asBefore);

      // The default of one is another, the other is gone, and what merely looks hidden changes.
      const parameters = { Password: hidden('c'), Origin: { Type: 'String' } };
      const resources = { Shown: showing('Password'), Origins: showing('Origin') };
      const manifest = { ...smoke.manifest, parameters: { open: { Origin: 'https://example.com' } } };
      const release = { service: 'hiding', parameters, resources, manifest };
      const bad = await releaseAndWait({ ...release, version: '1.0.0', answer: `{ ok: !(${throughAlias}) }` });
      expects(bad.end).toBe('RolledBack');
      expects(bad.types).toContain('shifted');
      expects(await shown()).toEqual(asBefore);
      const warned = bad.transitions.find(({ type }) => type === 'prepared');
      expects(warned?.evidence?.['warnings']).toContain('Password: hidden-value-kept');
      expects(warned?.reason).toContain('Origin: "*" → "https://example.com"');
      expects(warned?.reason).toContain('Dropped: (hidden) → removed');

      expects((await releaseAndWait({ ...release, version: '1.1.0' })).end).toBe('Succeeded');
      expects(await valueOf(ids['Shown'])).toBe('old');
      expects(await valueOf(ids['Origins'])).toBe('https://example.com');

      const given = { ...manifest, parameters: { open: { ...manifest.parameters.open, Password: reference('one') } } };
      const refused = await releaseAndWait({ ...release, version: '1.2.0', manifest: given });
      expects(refused.reason).toContain('a rollback could not put the hidden value back');
      expects(await valueOf(ids['Shown'])).toBe('old');
    },
  );

  it('a secret in the manifest: packs no plain text, takes a reference, and puts the one before back', async ({
    expect: expects,
  }) => {
    const ssm = sandbox.aws.client(SSMClient, { account: production, region: ENGINE.region });
    for (const Value of ['one', 'two'])
      await ssm.send(new PutParameterCommand({ Name: `/referring/${Value}`, Type: 'String', Value }));
    const parameters = { Password: { Type: 'String', NoEcho: true } };
    const resources = {
      Shown: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: { Ref: 'Password' } } },
    };
    const release = (version: string, Password: string, answer = '{ ok: true }') =>
      releaseAndWait({
        ...{ service: 'referring', version, answer, parameters, resources },
        manifest: { ...smoke.manifest, parameters: { open: { Password } } },
      });
    await expects(release('1.0.0', 'hunter2')).rejects.toThrow('[template.parameter-secret]');
    expects((await release('1.1.0', reference('one'))).end).toBe('Succeeded');
    const { Shown } = await administrator.resources(defaultStackName('referring', 'open'));
    expects(await valueOf(Shown)).toBe('one');
    const bad = await release('1.2.0', reference('two'), `{ ok: !(${throughAlias}) }`);
    expects(bad.end).toBe('RolledBack');
    expects(bad.transitions.find(({ type }) => type === 'prepared')?.reason).toContain(
      `Password: "${reference('one')}" → "${reference('two')}"`,
    );
    expects(await valueOf(Shown)).toBe('one');
  });

  it(
    'values for one target alone: refuses a missing and a wrong one, and lets the more exact one count',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const parameters = { Level: { Type: 'String', AllowedValues: ['low', 'high'] }, Region: { Type: 'String' } };
      const resources = {
        Shown: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Type: 'String', Value: { 'Fn::Sub': '${Level} in ${Region}' } },
        },
      };
      const release = (version: string, given: object, more: object = {}) =>
        releaseAndWait({
          ...{ service: 'placed', version, parameters: { ...parameters, ...more }, resources },
          manifest: { ...smoke.manifest, parameters: given },
        });
      const target = `open/${production}/${ENGINE.region}`;
      const placed = (values: Record<string, string>) => ({ open: { Level: 'low' }, [target]: values });
      await expects(release('1.0.0', placed({ Level: 'middle' }))).rejects.toThrow(
        `"parameters.${target}.Level" must be one of low, high`,
      );
      const missing = await release('1.1.0', placed({ Level: 'high' }));
      expects(missing.reason).toContain(
        'The parameter Region of the template has no default, and the manifest gives it no value for open',
      );
      expects((await release('1.2.0', placed({ Level: 'high', Region: 'here' }))).end).toBe('Succeeded');
      const { Shown } = await administrator.resources(defaultStackName('placed', 'open'));
      expects(await valueOf(Shown)).toBe('high in here');
      // Of a stack that is there, only the stack itself tells which values it has.
      const kept = await release('1.3.0', placed({ Level: 'low' }), { Other: { Type: 'String' } });
      expects(kept.reason).toContain(
        `Without a value in ${production}/${ENGINE.region}, and without a default: Other. Give it in "parameters.open" of the manifest`,
      );
    },
  );

  it(
    'a parameter that the manifest no longer gives: the approver reads the old value and the new',
    { tags: 'long' },
    async ({ expect: expects }) => {
      const parameters = { production: { Timeout: '20' } };
      await releaseAndWait({ service: 'tuned', version: '1.0.0', manifest: { parameters } });
      const after = await releaseAndWait({ service: 'tuned', version: '1.1.0' });
      expects(after.end).toBe('Succeeded');
      const mail = mails.find((text) => text.includes('tuned-1.1.0-a1')) ?? '';
      expects(mail).toContain('Timeout: "20" → "10" (the template’s default)');
      expects(mail).toContain('The manifest gives no value for the parameter Timeout');
      const asked = after.transitions.find(({ type }) => type === 'approvalRequested');
      expects(JSON.stringify(asked?.evidence)).toContain('Timeout: parameter-default');
    },
  );
});

it('leaves a ledger that breaks no rule', async () => {
  expect(await rules.brokenRules()).toEqual([]);
});
