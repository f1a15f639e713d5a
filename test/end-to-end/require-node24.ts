import { startLocalAws } from 'local-aws';

/** Says which Node.js functions run on. @throws Error when it is another than they are deployed on */
export default async function setup(): Promise<void> {
  const aws = await startLocalAws();
  await aws.close();
  process.stdout.write(`Functions run on Node.js ${aws.nodeVersion}.\n`);
  if (!aws.nodeVersion.startsWith('v24.'))
    throw new Error('Run this by `npm run test:node24`, which brings Node.js 24.');
}
