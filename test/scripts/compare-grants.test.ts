import { expect, it } from 'vitest';
import { compareGrants } from '../../scripts/compare-grants/compare.ts';
import { allowedTypes } from '../../scripts/compare-grants/allowed-types.ts';
import { everyResourceKind } from '../end-to-end/wiring/every-resource.ts';

/** A small extract of what handlers ask for. */
const handlers = {
  'AWS::S3::Bucket': {
    create: ['s3:CreateBucket', 's3:TagResource', 's3tables:CreateTable'],
    read: ['S3:GetBucketWebsite', 's3:ListTagsForResource'],
    tagging: ['s3:TagResource'],
  },
  'AWS::SNS::Subscription': { create: ['sns:Subscribe'], update: ['sns:SetSubscriptionAttributes'] },
  'AWS::EKS::Cluster': { create: ['eks:CreateCluster'] },
};
const tables = { actions: ['s3tables:CreateTable'], because: 'Tables are not among the kinds.' };
const types = ['AWS::S3::Bucket', 'AWS::SNS::Subscription'];

it('lists what handlers of allowed types ask for and nobody grants, with the handlers', () => {
  const { types: found } = compareGrants(handlers, types, ['s3:CreateBucket', 'sns:Subscribe'], [tables]);
  expect(found).toEqual([
    {
      type: 'AWS::S3::Bucket',
      missing: [
        { action: 's3:tagresource', handlers: ['create', 'tagging'] },
        { action: 's3:getbucketwebsite', handlers: ['read'] },
        { action: 's3:listtagsforresource', handlers: ['read'] },
      ],
      leftOut: [{ action: 's3tables:createtable', because: 'Tables are not among the kinds.' }],
    },
    {
      type: 'AWS::SNS::Subscription',
      missing: [{ action: 'sns:setsubscriptionattributes', handlers: ['update'] }],
      leftOut: [],
    },
  ]);
});

it('takes an action in any case, and a reason for the types alone that it names', () => {
  const granted = [
    's3:CreateBucket',
    's3:tagresource',
    's3:GetBucketWebsite',
    's3:ListTagsForResource',
    'sns:Subscribe',
  ];
  const elsewhere = { ...tables, types: ['AWS::SNS::Subscription'] };
  const [bucket] = compareGrants(handlers, types, granted, [elsewhere]).types;
  expect(bucket?.missing).toEqual([{ action: 's3tables:createtable', handlers: ['create'] }]);
});

it('names reasons that nothing needs, and types that it knows nothing of', () => {
  const { stale, unknown } = compareGrants(
    handlers,
    [...types, 'AWS::SQS::Queue'],
    ['s3tables:CreateTable'],
    [tables, { actions: ['sns:SetSubscriptionAttributes'], because: 'So.' }],
  );
  expect(stale).toEqual(['s3tables:CreateTable']);
  expect(unknown).toEqual(['AWS::SQS::Queue']);
});

it('knows each kind of resource that the wiring tests make', () => {
  const made = [1, 2].flatMap((revision) =>
    Object.values(everyResourceKind(revision === 1 ? 1 : 2)).flatMap((one) => ('Type' in one ? [one.Type] : [])),
  );
  expect([...new Set(made)].filter((type) => !allowedTypes.some((one) => one === type))).toEqual([]);
});
