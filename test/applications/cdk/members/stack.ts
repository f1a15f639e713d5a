import { type App, Fn, Stack } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Code, Function as Lambda, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

/** Members of a user pool, greeted by a function in a network that is there already; TypeScript, built by esbuild. */
export function addStack(app: App, code: string): void {
  const stack = new Stack(app, 'Members');
  buildSync({
    entryPoints: [`${code}/src/greet.ts`],
    outfile: `${code}/built/index.js`,
    ...{ bundle: true, minify: true, platform: 'node', target: 'node22', external: ['@aws-sdk/*', '/opt/*'] },
  });
  const vpc = Vpc.fromVpcAttributes(stack, 'Network', {
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    availabilityZones: ['us-east-1a'],
    privateSubnetIds: ['subnet-0a1b2c3d4e5f60718'],
    privateSubnetRouteTableIds: ['rtb-0a1b2c3d4e5f60718'],
  });
  const greet = new Lambda(stack, 'Greet', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromAsset(`${code}/built`),
    layers: [new LayerVersion(stack, 'Words', { code: Code.fromAsset(`${code}/words`) })],
    vpc,
    securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0a1b2c3d4e5f60718')],
    environment: { REGION: Fn.ref('AWS::Region') },
  });
  const pool = new UserPool(stack, 'Pool', { selfSignUpEnabled: true, signInAliases: { email: true } });
  pool.addClient('Web', { authFlows: { userSrp: true } });
  greet.addEnvironment('POOL', pool.userPoolId);
  greet.addAlias('live');
}
