import type { TroubleItem } from '../reconcile/trouble.ts';
import { letterSubject, type Notice } from './end-notice.ts';

/** What people read when the engine cannot look after a release for some time. @param apiUrl base URL of the pages */
export function describeTrouble(trouble: TroubleItem, apiUrl: string): Notice {
  const { release, environment, target, since, reason } = trouble;
  const where = environment === undefined ? '' : ` in ${environment}`;
  const [account, region] = target?.split('/') ?? [];
  const place = account === undefined || region === undefined ? '' : ` (account ${account}, region ${region})`;
  return {
    subject: letterSubject(`Sluice: cannot look after ${release}${where}`),
    lines: [
      `The engine cannot look after the release ${release}${where}${place} since ${since}.`,
      `The last attempt failed: ${reason}`,
      'It tries again every minute, and this message is sent once. The release waits until it can, or until its time is over.',
      `${apiUrl}/releases/${release}`,
    ],
  };
}
