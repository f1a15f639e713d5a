import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { LocalAws } from 'local-aws';
import { digestBucketName } from '../../../core/contract/names.ts';
import { sealedHeadOf } from '../../../core/ledger/digests/document.ts';
import { verifyDigests } from '../../../core/ledger/digests/verify.ts';
import { undigested } from '../../../core/ledger/keys.ts';
import type { BrokenRule, ReleaseRecord } from '../../../core/release/rules.ts';
import { isEnd } from '../../../core/release/status.ts';
import { ENGINE } from '../../../local/sandbox.ts';
import type { WholeLedger } from '../ledger-rules.ts';

/** Rule 3: what has ended, and waits for no digest any more, stands in one as the ledger has it; and all digests hold. */
export async function brokenDigests(
  aws: LocalAws,
  { items }: WholeLedger,
  releases: readonly ReleaseRecord[],
): Promise<BrokenRule[]> {
  const { heads, broken } = verifyDigests(await readDigests(aws));
  if (broken !== undefined) return [{ rule: 3, sentence: `${broken.object}: ${broken.sentence}` }];
  const waiting = new Set(items.filter((item) => item['gsi3pk'] === undigested).map(({ pk }) => String(pk)));
  return releases.flatMap(({ head }): BrokenRule[] => {
    const { release, status } = head;
    if (!isEnd(status) || waiting.has(`release#${release}`)) return [];
    const listed = JSON.stringify(heads.get(release));
    const expected = JSON.stringify(sealedHeadOf(head));
    if (listed === expected) return [];
    return [{ rule: 3, release, sentence: `The digests have ${listed ?? 'nothing'} of it, the ledger ${expected}.` }];
  });
}

/** Every object of the bucket, by its key. */
async function readDigests(aws: LocalAws): Promise<ReadonlyMap<string, string>> {
  const client = aws.client(S3Client, ENGINE);
  const Bucket = digestBucketName(ENGINE.account, ENGINE.region);
  const objects = new Map<string, string>();
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
    for (const { Key = '' } of page.Contents ?? []) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      objects.set(Key, (await Body?.transformToString('utf8')) ?? '');
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  client.destroy();
  return objects;
}
