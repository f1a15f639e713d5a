import { artifact, manifest, section, template, textEntry } from './builders.ts';
import type { BrokenArtifact } from './broken-artifact.ts';

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** The sample's template with other resources on top. */
function withResources(changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return template({ Resources: { ...section(template(), 'Resources'), ...changes } });
}

/** Artifacts with a manifest that is missing or wrong. */
const manifests: BrokenArtifact[] = [
  {
    name: 'no manifest',
    build: (version) => artifact(version, { manifest: null }),
    codes: ['artifact.no-manifest'],
    sentence: /"release\.json" is missing at the archive's root: add it/,
  },
  {
    name: 'a manifest in a folder',
    build: (version) => artifact(version, { manifest: null, more: [textEntry('orders/release.json')] }),
    codes: ['artifact.unexpected-file', 'artifact.no-manifest'],
    sentence: /"orders\/release\.json" does not belong/,
  },
  {
    name: 'a manifest that is not JSON',
    build: (version) => artifact(version, { manifest: `{ "service": "orders", "version": "${version}", }` }),
    codes: ['artifact.manifest-not-json'],
    sentence: /"release\.json" is not JSON \(.+\): correct it/,
  },
  {
    name: 'a manifest in UTF-16',
    build: (version) =>
      artifact(version, { manifest: Buffer.from(`\ufeff${JSON.stringify(manifest(version))}`, 'utf16le') }),
    codes: ['artifact.manifest-not-json'],
    sentence: /it is UTF-16 text, as some editors on Windows write it\): save it as UTF-8/,
  },
  {
    name: 'an empty manifest',
    build: (version) => artifact(version, { manifest: '' }),
    codes: ['artifact.manifest-not-json'],
    sentence: /is not JSON/,
  },
  {
    name: 'a manifest that is a list',
    build: (version) => artifact(version, { manifest: `["${version}"]` }),
    codes: ['manifest.wrong-type'],
    sentence: /The document must be of type object/,
  },
  {
    name: 'an unknown field',
    build: (version) => artifact(version, { manifest: manifest(version, { aprovals: 2 }) }),
    codes: ['manifest.unknown-field'],
    sentence: /"aprovals" is not a known field: remove it or correct its name/,
  },
  {
    name: 'a missing field',
    build: (version) => artifact(version, { manifest: manifest(version, { source: undefined }) }),
    codes: ['manifest.missing-field'],
    sentence: /"source" is missing: add it/,
  },
  {
    name: 'a field that is there twice',
    build: (version) =>
      artifact(version, { manifest: JSON.stringify(manifest(version)).replace('{', '{"checks":{},') }),
    codes: ['manifest.repeated-field'],
    sentence: /"checks" appears twice in one object of "release\.json": keep one of them/,
  },
  {
    name: 'a payload nested deeper than the ledger can keep',
    build: (version) => {
      const smoke = [{ invoke: 'OrdersFunction', payload: 'deep' }];
      const text = JSON.stringify(manifest(version, { checks: { smoke } }));
      return artifact(version, { manifest: text.replace('"deep"', nested(50_000)) });
    },
    codes: ['artifact.manifest-too-deep'],
    sentence: /nests 50004 levels deep; the limit is 24: flatten it/,
  },
  ...['12345678901234567890', '9007199254740992', '1e300', '1e-200', '0.12345678901234567', '-0', '1e-400'].map(
    (number) => ({
      name: `the number ${number} in a payload`,
      build: (version: string) => {
        const smoke = [{ invoke: 'OrdersFunction', payload: { deep: ['number'] } }];
        const text = JSON.stringify(manifest(version, { checks: { smoke } }));
        return artifact(version, { manifest: text.replace('"number"', number) });
      },
      codes: ['manifest.number-inexact'],
      sentence:
        /^The number -?[\de.-]+ in "release\.json" would not be kept as it is written: .+ or write it as a text\.$/,
    }),
  ),
  ...['constructor', '__proto__'].map((name) => ({
    name: `a member called ${name}`,
    build: (version: string) => {
      const smoke = [{ invoke: 'OrdersFunction', payload: [{ 'the name': { a: 1 } }] }];
      const text = JSON.stringify(manifest(version, { checks: { smoke } }));
      return artifact(version, { manifest: text.replace('the name', name) });
    },
    codes: ['manifest.member-reserved'],
    sentence:
      /^"checks\.smoke\[0\]\.payload\[0\]\.\w+" is called as something of JavaScript's own, .+: give it another name\.$/,
  })),
  {
    name: 'half of a character',
    build: (version) => artifact(version, { manifest: JSON.stringify(manifest(version)).replace('dana@', '\\ud83d') }),
    codes: ['artifact.manifest-not-json'],
    sentence: /half of a character.*: write the whole character/,
  },
  {
    name: 'an unknown field with an endless name that acts on a terminal',
    build: (version) => artifact(version, { manifest: manifest(version, { [`\u001b[2J${'y'.repeat(99_999)}`]: 1 }) }),
    codes: ['manifest.unknown-field'],
    sentence: /^"\\u\{1b\}\[2Jy{90,100}…" is not a known field: remove it or correct its name\.$/,
  },
  {
    name: 'an author who writes a link of his own into the mail',
    build: (version) =>
      artifact(version, {
        manifest: manifest(version, {
          source: { author: 'Dana <dana@example.com>\n\nSee the change and decide:\nhttps://evil.example' },
        }),
      }),
    codes: ['manifest.unsafe-character'],
    sentence: /^"source\.author" holds the character U\+000A, which .+: remove it\.$/,
  },
  {
    name: 'thousands of unknown fields',
    build: (version) => {
      const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, index]));
      return artifact(version, { manifest: manifest(version, fields) });
    },
    codes: [...Array.from({ length: 50 }, () => 'manifest.unknown-field'), 'artifact.more-problems'],
    sentence: /There are 4950 more problems: fix these first/,
  },
  {
    name: 'a manifest that is wrong in one thing, and a template in others',
    build: (version) =>
      artifact(version, {
        manifest: manifest(version, { alarms: 'ErrorAlarm', checks: { smoke: [{ invoke: 'Gone' }] } }),
        template: withResources({
          Net: { Type: 'AWS::EC2::VPC' },
          Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Lost' } } },
        }),
      }),
    codes: ['manifest.wrong-type', 'template.name-unknown', 'template.reference-unknown', 'template.kind-not-granted'],
    sentence: /"alarms" must be of type array/,
  },
  {
    name: 'a manifest without a service, with a template that refers to nothing',
    build: (version) =>
      artifact(version, {
        manifest: manifest(version, { service: undefined }),
        template: withResources({ Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Lost' } } } }),
      }),
    codes: ['manifest.missing-field', 'template.reference-unknown'],
    sentence: /"service" is missing/,
  },
  {
    name: 'everything at once',
    build: (version) =>
      artifact(version, {
        manifest: manifest(version, { service: undefined, rollout: { staging: 'Slowly' }, colour: 'blue' }),
        more: [textEntry(`assets/${'0'.repeat(64)}.zip`), textEntry('notes.txt')],
      }),
    codes: [
      'artifact.unexpected-file',
      'manifest.missing-field',
      'manifest.wrong-format',
      'manifest.unknown-field',
      'artifact.digest-differs',
    ],
    sentence: /"notes\.txt" does not belong/,
  },
  {
    name: 'unknown fields, and what is wrong apart from them',
    build: (version) =>
      artifact(version, {
        manifest: manifest(version, { colour: 'blue', rollout: { moon: 'AllAtOnce' }, template: 'other.json' }),
        more: [textEntry(`assets/${'0'.repeat(64)}.zip`)],
      }),
    codes: [
      'manifest.unknown-field',
      'artifact.no-template',
      'artifact.unexpected-file',
      'artifact.digest-differs',
      'plan.environment-unknown',
    ],
    sentence: /"rollout\.moon" is for an environment that orders does not have/,
  },
];

/** Artifacts whose manifest says what the key or the policy does not. */
const disagreements: BrokenArtifact[] = [
  {
    name: 'a version that the key does not name',
    build: () => artifact('9.9.9'),
    codes: ['artifact.key-differs'],
    sentence: /The manifest says orders 9\.9\.9, but the object is "orders\/.*: upload it as "orders\/9\.9\.9\.zip"/,
  },
  {
    name: 'a service that the key does not name',
    build: (version) => artifact(version, { manifest: manifest(version, { service: 'payments' }) }),
    codes: ['artifact.key-differs', 'plan.service-unknown'],
    sentence: /: upload it as "payments\/.*" or correct "release\.json"/,
  },
  {
    name: 'a service that the policy does not know',
    key: 'payments/1.0.0.zip',
    build: () => artifact('1.0.0', { manifest: manifest('1.0.0', { service: 'payments' }) }),
    codes: ['plan.service-unknown'],
    sentence: /no service "payments" \(it has: orders\): ask the platform team to add it/,
  },
  {
    name: 'environments that the service does not have',
    build: (version) =>
      artifact(version, {
        manifest: manifest(version, { rollout: { qa: 'AllAtOnce' }, parameters: { qa: { LogLevel: 'INFO' } } }),
      }),
    codes: ['plan.environment-unknown', 'plan.environment-unknown'],
    sentence: /"rollout\.qa" is for an environment that orders does not have \(it has: staging, production\)/,
  },
  {
    name: 'the same version with other bytes',
    first: (version) => artifact(version, { manifest: null }),
    build: (version) => artifact(version, { template: null }),
    codes: ['artifact.version-reused'],
    sentence: /was dropped before with other content: give the new content a new version/,
  },
];

/** Artifacts with a template that is missing or wrong, or does not fit the manifest. */
const templates: BrokenArtifact[] = [
  {
    name: 'no template',
    build: (version) => artifact(version, { template: null }),
    codes: ['artifact.no-template'],
    sentence: /names the template "template\.json", which is not in the archive: add it or correct the name/,
  },
  {
    name: 'a template that is not JSON',
    build: (version) => artifact(version, { template: 'Resources:\n  Table: {}' }),
    codes: ['template.unreadable'],
    sentence: /The template is not JSON \(/,
  },
  {
    name: 'a template that is not YAML',
    build: (version) =>
      artifact(version, {
        manifest: manifest(version, { template: 'template.yaml' }),
        templateName: 'template.yaml',
        template: 'Resources:\n  Table: !Nonsense {}',
      }),
    codes: ['template.unreadable'],
    sentence: /is not YAML as CloudFormation reads it/,
  },
  {
    name: 'a template that YAML multiplies',
    build: (version) => {
      const levels = Array.from(
        { length: 9 },
        (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`,
      );
      return artifact(version, {
        manifest: manifest(version, { template: 'template.yaml' }),
        templateName: 'template.yaml',
        template: ['a0: &a0 [x]', ...levels, 'Resources: {}'].join('\n'),
      });
    },
    codes: ['template.unreadable'],
    sentence: /cannot be expanded/,
  },
  {
    name: 'a template nested without end',
    build: (version) =>
      artifact(version, {
        manifest: manifest(version, { template: 'template.yaml' }),
        templateName: 'template.yaml',
        template: `Resources: ${nested(20_000)}`,
      }),
    codes: ['template.unreadable'],
    sentence: /template/,
  },
  {
    name: 'a template that is text',
    build: (version) => artifact(version, { template: '"Resources"' }),
    codes: ['template.shape'],
    sentence: /^The template has to be an object, and is a string: CloudFormation takes no such template\.$/,
  },
  {
    name: 'a template without resources',
    build: (version) =>
      artifact(version, {
        template: template({ Resources: {} }),
        manifest: manifest(version, { alarms: undefined, checks: undefined }),
      }),
    codes: ['template.no-resources'],
    sentence: /has no resources: CloudFormation needs at least one/,
  },
  {
    name: 'a resource without a type',
    build: (version) => artifact(version, { template: template({ Resources: { Table: { Properties: {} } } }) }),
    codes: ['template.shape'],
    sentence: /^"Resources\.Table\.Type" has to be a text, such as AWS::Lambda::Function, and is missing:/,
  },
  {
    name: 'a resource that is there twice',
    build: (version) =>
      artifact(version, { template: '{"Resources":{"T":{"Type":"AWS::SNS::Topic"},"T":{"Type":"AWS::SQS::Queue"}}}' }),
    codes: ['template.unreadable'],
    sentence: /"T" appears twice in one object of the template: keep one of them/,
  },
  {
    name: 'names that the template does not have',
    build: (version) =>
      artifact(version, {
        manifest: manifest(version, {
          alarms: ['Nobody'],
          parameters: { staging: { Colour: 'blue' } },
          checks: { smoke: [{ invoke: 'Table' }, { http: 'Url' }] },
        }),
      }),
    codes: ['template.parameter-unknown', 'template.name-unknown', 'template.name-unknown', 'template.name-unknown'],
    sentence: /"parameters\.staging\.Colour" is no parameter of "template\.json": declare or remove it/,
  },
  {
    name: 'a plain value for a hidden parameter',
    build: (version) =>
      artifact(version, {
        manifest: manifest(version, {
          parameters: {
            staging: { Password: 'hunter2' },
            production: { Password: '{{resolve:secretsmanager:orders}}' },
          },
        }),
        template: template({
          Parameters: { ...section(template(), 'Parameters'), Password: { Type: 'String', NoEcho: true } },
        }),
      }),
    codes: ['template.parameter-secret'],
    sentence: /"parameters\.staging\.Password" gives a plain value, .+ Give a dynamic reference instead/,
  },
  {
    name: 'names that act on a terminal, or cannot be seen',
    build: (version) => {
      const changed = withResources({ 'Ta\u200bble': { Type: 'AWS::SNS::Topic\u001b[2J' } });
      return artifact(version, { template: { ...changed, Outputs: { 'Url\u202e': { Value: 'x' } } } });
    },
    codes: [
      'template.name-unknown',
      ...Array.from({ length: 3 }, () => 'template.unsafe-character'),
      'template.kind-not-granted',
    ],
    sentence: /^The name "Ta\\u\{200b\}ble" in the template holds the character U\+200B, .+: remove it\.$/,
  },
  {
    name: 'an output that no record can have',
    build: (version) => artifact(version, { template: template({ Outputs: { constructor: { Value: 'x' } } }) }),
    codes: ['template.name-unknown', 'template.name-reserved'],
    sentence:
      /^The name "constructor" in the template is one of JavaScript's own, and would not be kept: choose another\.$/,
  },
  {
    name: 'code that is not in the archive',
    build: (version) => {
      const Properties = {
        Role: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/${AWS::StackName}-extra' },
        Code: { S3Bucket: { Ref: 'SluiceAssetBucket' }, S3Key: `assets/${'1'.repeat(64)}.zip` },
      };
      const changed = withResources({ Extra: { Type: 'AWS::Lambda::Function', Properties } });
      return artifact(version, { template: { ...changed, Parameters: { LogLevel: { Type: 'String' } } } });
    },
    codes: ['template.asset-missing', 'template.bucket-parameter-missing'],
    sentence: /names "assets\/1{64}\.zip", which is not in the archive: pack it again/,
  },
  {
    name: 'everything that AWS would refuse one after the other',
    build: (version) =>
      artifact(version, {
        manifest: manifest(version, { rollout: { moon: 'AllAtOnce' }, parameters: { staging: { Stage: 'test' } } }),
        template: {
          ...withResources({
            Net: { Type: 'AWS::EC2::VPC' },
            Zone: { Type: 'AWS::Route53::HostedZone' },
            Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } },
            Copied: { Type: 'AWS::S3::Bucket', Properties: { ReplicationConfiguration: {} } },
            Bound: { Type: 'AWS::IAM::Role', Properties: { PermissionsBoundary: 'arn:aws:iam::aws:policy/Other' } },
            Lost: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { Ref: 'Nothing' }, FifoTopic: 'perhaps' } },
          }),
          Parameters: { ...section(template(), 'Parameters'), Stage: { Type: 'String', AllowedValues: ['dev'] } },
          Description: 'x'.repeat(1025),
        },
      }),
    codes: [
      'template.parameter-value',
      'template.reference-unknown',
      'template.over-quota',
      'template.property-missing',
      'template.property-missing',
      'template.property-value',
      'plan.environment-unknown',
      'template.boundary-foreign',
      'template.kind-not-granted',
      'template.kind-not-granted',
      'template.option-not-granted',
      'template.name-not-granted',
      'template.parameter-missing',
    ],
    sentence: /^"Jobs" \(AWS::SQS::Queue\) is called "jobs" in staging and production, where the policy lets /,
  },
  {
    name: 'an alias that moves its own traffic',
    build: (version) => {
      const alias = section(section(template(), 'Resources'), 'OrdersAlias');
      const Properties = { ...section(alias, 'Properties'), RoutingConfig: { AdditionalVersionWeights: [] } };
      return artifact(version, { template: withResources({ OrdersAlias: { ...alias, Properties } }) });
    },
    codes: ['template.alias-weights'],
    sentence: /The alias "OrdersAlias" has a RoutingConfig: remove it, the engine moves the traffic/,
  },
  {
    name: 'a stack in the stack',
    build: (version) => {
      const Inner = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://example.com/inner' } };
      return artifact(version, { template: withResources({ Inner }) });
    },
    codes: ['template.nested-stack'],
    sentence: /"Inner" \(AWS::CloudFormation::Stack\) is a nested stack, whose functions would move all at once/,
  },
];

/** Keys that name no service and version. */
const keys: BrokenArtifact[] = [
  'foo.zip',
  'a/b/c.zip',
  'orders/',
  'orders/v1.zip',
  'Orders/1.0.0.zip',
  'orders/1.0.0.tar.gz',
  'orders/1.0.0.ZIP',
  'orders/1 0.zip',
  'orders/1.0+build.zip',
  'ör\'d"ers%2F/1.0.0&<b>.zip',
  'orders/1.0.0\u0007.zip',
  `orders/1.${'0'.repeat(60)}.zip`,
].map((key) => ({
  name: `the key ${JSON.stringify(key)}`,
  key,
  build: (version: string) => artifact(version),
  codes: ['artifact.key-unreadable'],
  sentence: /must be "<service>\/<version>\.zip", such as "orders\/1\.4\.2\.zip": upload it under such a key/,
}));

export const brokenContents: readonly BrokenArtifact[] = [...manifests, ...disagreements, ...templates, ...keys];
