import type { Files } from './application.ts';

/** Files of a cloud assembly as the CDK writes them, by hand: for what no app is synthesized for. */
export interface AssemblyFiles {
  readonly template: object;
  /** Of `<stack>.assets.json`: source by key of the object. */
  readonly files?: Readonly<Record<string, object>>;
  readonly manifest?: object;
  readonly stack?: object;
  readonly folder?: string;
}

export const BUCKET = 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}';

/** A place of code in the bucket of `cdk bootstrap`. */
export const uploaded = (key: string): object => ({ S3Bucket: { 'Fn::Sub': BUCKET }, S3Key: key });

/** One stack, called Orders. */
export function assembly({
  template,
  files = {},
  manifest = {},
  stack = {},
  folder = 'cdk.out',
}: AssemblyFiles): Files {
  const assets = Object.entries(files).map(([objectKey, source], index): [string, object] => [
    `a${index}`,
    { source, destinations: { current: { bucketName: BUCKET, objectKey } } },
  ]);
  const documents = {
    'manifest.json': {
      version: '36.0.0',
      artifacts: {
        'Orders.assets': { type: 'cdk:asset-manifest', properties: { file: 'Orders.assets.json' } },
        Orders: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://unknown-account/unknown-region',
          properties: { templateFile: 'Orders.template.json' },
          dependencies: ['Orders.assets'],
          ...stack,
        },
        Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      },
      ...manifest,
    },
    'Orders.assets.json': { version: '36.0.0', files: Object.fromEntries(assets), dockerImages: {} },
    'Orders.template.json': template,
  };
  const texts = Object.entries(documents).map(([name, one]): [string, string] => [name, JSON.stringify(one)]);
  return Object.fromEntries(texts.map(([name, text]) => [`${folder}/${name}`, text]));
}
