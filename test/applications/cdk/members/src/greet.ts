import { version } from './version';

export const handler = async (): Promise<object> => {
  const { hello }: { hello: string } = require('/opt/nodejs/words.js');
  return { hello, pool: process.env['POOL'] !== undefined, version };
};
