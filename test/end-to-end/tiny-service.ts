import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, type PackedArtifact } from '../../cli/pack/pack.ts';

/** A version of a service that is as small as one can be: a function, its version, its alias `live`. */
export interface TinyRelease {
  readonly service: string;
  readonly version: string;
  /** JavaScript expression that the function answers with; sees `event` and `context`. */
  readonly answer?: string;
  /** The version whose code it has; its own, when left out. */
  readonly codeOf?: string;
  /** Further members of the manifest. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Further resources of the template. */
  readonly resources?: Readonly<Record<string, unknown>>;
  /** Further parameters of the template. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Conditions of the template. */
  readonly conditions?: Readonly<Record<string, unknown>>;
  /** Outputs of the template. */
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A text that CloudFormation alone makes out, so that the engine does not reject what it stands for before CloudFormation refuses it. */
export function computed(text: string): object {
  return { 'Fn::Select': [0, [text]] };
}

/** Packs it as `sluice pack` does. */
export function packTiny(release: TinyRelease): PackedArtifact {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tiny-'));
  try {
    writeTiny(folder, release);
    return pack(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes what its team would have in a folder: manifest, template, code. */
export function writeTiny(folder: string, release: TinyRelease): void {
  const { service, version, codeOf = version, answer = '{ ok: true }' } = release;
  mkdirSync(join(folder, 'code'), { recursive: true });
  const handler = `exports.handler = async (event, context) => (${answer}); // ${service} ${codeOf}\n`;
  writeFileSync(join(folder, 'code', 'index.js'), handler);
  writeFileSync(join(folder, 'template.json'), JSON.stringify(templateOf(release)));
  const manifest = { service, version, template: 'template.json', ...release.manifest };
  const source = { repository: 'https://git.example.com/tiny', author: 'dana@example.com' };
  writeFileSync(join(folder, 'release.json'), JSON.stringify({ source, ...manifest }));
}

function templateOf({ resources = {}, parameters = {}, conditions, outputs }: TinyRelease): object {
  return {
    Parameters: { Timeout: { Type: 'Number', Default: 10 }, ...parameters },
    Resources: { ...functionResources, ...resources },
    ...(conditions === undefined ? {} : { Conditions: conditions }),
    ...(outputs === undefined ? {} : { Outputs: outputs }),
  };
}

export const functionResources = {
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    },
  },
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Timeout: { Ref: 'Timeout' },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: './code',
    },
  },
  Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Function' } } },
  Alias: {
    Type: 'AWS::Lambda::Alias',
    Properties: {
      Name: 'live',
      FunctionName: { Ref: 'Function' },
      FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
    },
  },
};
