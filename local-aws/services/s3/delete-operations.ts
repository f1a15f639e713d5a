import { DeleteObjectCommand, DeleteObjectsCommand, type DeletedObject } from '@aws-sdk/client-s3';
import { AwsError } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { onObject } from './access.ts';
import { notify } from './notifications/notify.ts';
import { addVersion, removeVersion, versionOf, type Bucket, type Buckets, type ObjectVersion } from './store.ts';
import { versionIdFor } from './writing.ts';

/** DeleteObject and DeleteObjects: delete markers with versioning, versions by their id, Object Lock honoured. */
export function deleteOperations(buckets: Buckets): AnyOperation[] {
  return [
    operation({
      command: DeleteObjectCommand,
      accepts: ['Bucket', 'Key', 'VersionId', 'BypassGovernanceRetention', 'ExpectedBucketOwner'],
      authorize: (input, { caller }) =>
        authorizations(buckets.get(input, caller), input, input.BypassGovernanceRetention),
      handle: async (input, call) => {
        const bucket = buckets.get(input, call.caller);
        const { DeleteMarker, DeleteMarkerVersionId, VersionId } = remove(
          buckets,
          bucket,
          { Key: input.Key ?? '', VersionId: input.VersionId },
          call,
          input.BypassGovernanceRetention,
        );
        return {
          ...(DeleteMarker === true ? { DeleteMarker } : {}),
          ...((VersionId ?? DeleteMarkerVersionId) ? { VersionId: VersionId ?? DeleteMarkerVersionId } : {}),
        };
      },
    }),
    operation({
      command: DeleteObjectsCommand,
      accepts: ['Bucket', 'Delete', 'BypassGovernanceRetention', 'ChecksumAlgorithm', 'ExpectedBucketOwner'],
      // Each object is authorised for itself, below: a refusal is an entry in the answer.
      authorize: 'public',
      handle: async (input, call) => {
        const bucket = buckets.get(input, call.caller);
        const objects = input.Delete?.Objects ?? [];
        if (objects.length > 1000) throw new AwsError('MalformedXML', 'At most 1000 objects can be deleted at once.');
        const deleted: DeletedObject[] = [];
        const errors = [];
        for (const object of objects) {
          onlyMembers(object, ['Key', 'VersionId'], 'an object of DeleteObjects');
          const named = { Key: object.Key ?? '', VersionId: object.VersionId };
          try {
            const asks = authorizations(bucket, named, input.BypassGovernanceRetention);
            buckets.kernel.port.iam.authorize(call.caller, asks);
            deleted.push({
              Key: named.Key,
              ...remove(buckets, bucket, named, call, input.BypassGovernanceRetention),
            });
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            errors.push({ ...named, Code: error.code, Message: error.message });
          }
        }
        return {
          ...(input.Delete?.Quiet === true ? {} : { Deleted: deleted }),
          ...(errors.length > 0 ? { Errors: errors } : {}),
        };
      },
    }),
  ];
}

function authorizations(
  bucket: Bucket,
  input: { Key: string | undefined; VersionId?: string | undefined },
  bypass: boolean | undefined,
): Authorization[] {
  const action = input.VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  const actions = bypass === true ? [action, 's3:BypassGovernanceRetention'] : [action];
  return actions.map((each) => onObject(bucket, input.Key, each));
}

function remove(
  buckets: Buckets,
  bucket: Bucket,
  input: { Key: string; VersionId: string | undefined },
  { caller, requestId }: Call,
  bypass: boolean | undefined,
): Omit<DeletedObject, 'Key'> {
  const deleted = (version: ObjectVersion, deletion: 'Permanently Deleted' | 'Delete Marker Created'): void =>
    notify(buckets, bucket, version, caller, requestId, { type: 'Object Deleted', reason: 'DeleteObject', deletion });
  if (input.VersionId === undefined && bucket.versioning !== undefined) {
    const marker = deleteMarker(buckets, bucket, input.Key);
    addVersion(bucket, marker);
    deleted(marker, 'Delete Marker Created');
    return { DeleteMarker: true, DeleteMarkerVersionId: marker.versionId };
  }
  const version = versionOf(bucket, input.Key, input.VersionId);
  // Deleting what is not there succeeds.
  if (version === undefined) return input.VersionId === undefined ? {} : { VersionId: input.VersionId };
  refuseLocked(buckets, version, bypass === true);
  removeVersion(bucket, version);
  deleted(version, 'Permanently Deleted');
  if (version.deleteMarker)
    return { DeleteMarker: true, DeleteMarkerVersionId: version.versionId, VersionId: version.versionId };
  return input.VersionId === undefined ? {} : { VersionId: input.VersionId };
}

function refuseLocked(buckets: Buckets, version: ObjectVersion, bypass: boolean): void {
  const { mode, until, legalHold } = version.retention;
  const retained =
    mode !== undefined &&
    until !== undefined &&
    until.getTime() > buckets.kernel.clock.now() &&
    !(mode === 'GOVERNANCE' && bypass);
  if (legalHold || retained)
    throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', 403);
}

function deleteMarker(buckets: Buckets, bucket: Bucket, key: string): ObjectVersion {
  return {
    key,
    versionId: versionIdFor(bucket),
    deleteMarker: true,
    body: Buffer.alloc(0),
    etag: '',
    lastModified: buckets.kernel.clock.date(),
    sequencer: buckets.sequencer(),
    headers: {},
    checksums: {},
    checksumType: 'FULL_OBJECT',
    encryption: { ServerSideEncryption: 'AES256' },
    retention: { mode: undefined, until: undefined, legalHold: false },
    tags: new Map(),
    parts: undefined,
  };
}
