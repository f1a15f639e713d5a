import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import type { LocalAws } from 'local-aws';
import { type EvidenceDocument, recordedObject } from '../../../core/checks/evidence.ts';
import { evidenceBucketName } from '../../../core/contract/names.ts';
import { evidenceKey, openEvidence } from '../../../core/ledger/evidence-object.ts';
import type { BrokenRule, ReleaseRecord } from '../../../core/release/rules.ts';
import { ENGINE } from '../../../local/sandbox.ts';

/** Rule 3: what an event rests on is there, with the digest that the chain of hashes covers; so is the series that it names. */
export async function missingEvidence(aws: LocalAws, releases: readonly ReleaseRecord[]): Promise<BrokenRule[]> {
  const client = aws.client(S3Client, ENGINE);
  const found = await Promise.all(
    releases.flatMap(({ head: { release }, events }) =>
      events.flatMap((event) => {
        const named = recordedObject('evidence' in event ? event.evidence : undefined);
        return named === undefined ? [] : [missing(client, release, event.sequence, named.object.sha256)];
      }),
    ),
  );
  client.destroy();
  return found.flat();
}

async function missing(client: S3Client, release: string, sequence: number, sha256: string): Promise<BrokenRule[]> {
  const reading = await read(client, release, sha256);
  if ('problem' in reading)
    return [{ rule: 3, release, sentence: `Event ${sequence} names the evidence ${sha256}: ${reading.problem}.` }];
  const { document } = reading;
  const series = document.kind === 'verdicts' ? document.series : undefined;
  return series === undefined ? [] : missing(client, release, sequence, series.sha256);
}

async function read(
  client: S3Client,
  release: string,
  sha256: string,
): Promise<{ readonly document: EvidenceDocument } | { readonly problem: string }> {
  const Bucket = evidenceBucketName(ENGINE.account, ENGINE.region);
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: evidenceKey(release, sha256) }));
    return openEvidence((await Body?.transformToString('utf8')) ?? '', release, sha256);
  } catch (problem) {
    if (problem instanceof NoSuchKey) return { problem: 'it is not there' };
    throw problem;
  }
}
