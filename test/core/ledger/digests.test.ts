import { describe, expect, it } from 'vitest';
import {
  beginDigest,
  begunDigest,
  digestChain,
  endDigest,
  markDigested,
} from '../../../core/ledger/digests/chain-row.ts';
import {
  digestDocument,
  hashOfText,
  MOST_HEADS,
  openSealed,
  sealDigest,
  sealedHead,
  sealedHeadOf,
  sealHead,
  type SealedHead,
} from '../../../core/ledger/digests/document.ts';
import { verifyDigests } from '../../../core/ledger/digests/verify.ts';
import { chainStart } from '../../../core/release/chain.ts';
import type { ReleaseHead } from '../../../core/release/head.ts';
import * as s from '../samples.ts';

const headOf = (number: number): ReleaseHead => ({
  ...s.succeeded.head,
  release: `orders-1.0.${String(number).padStart(4, '0')}-a1`,
  hash: hashOfText(String(number)),
});

/** Every object of a bucket of digests that list these. */
function bucketOf(...lists: readonly (readonly SealedHead[])[]): Map<string, string> {
  const objects = new Map<string, string>();
  let previousHash = chainStart;
  for (const [index, heads] of lists.entries()) {
    const { key, text, reference } = sealDigest({
      digest: index + 1,
      previousHash,
      at: s.moment(index),
      heads: [...heads],
    });
    objects.set(key, text);
    for (const head of heads.map(sealHead)) objects.set(head.key, head.text);
    previousHash = reference.sha256;
  }
  return objects;
}

const [first, second, third] = [1, 2, 3].map(headOf).map(sealedHeadOf);
if (first === undefined || second === undefined || third === undefined) throw new Error('There are three.');

describe('the next digest', () => {
  it('lists heads by name, as many as it takes, once the chain stands where it was read', () => {
    const heads = Array.from({ length: MOST_HEADS + 1 }, (_, index) => headOf(MOST_HEADS - index));
    const { chain, write } = beginDigest(undefined, heads, s.moment(1));
    expect(write).toMatchObject({
      item: { pk: 'engine', sk: 'digests', gsi3pk: 'open#digest', digest: 0, hash: chainStart },
      condition: { expression: 'attribute_not_exists(pk)' },
      lost: 'AlreadyDone',
    });
    const document = begunDigest(chain);
    expect(document).toMatchObject({ digest: 1, previousHash: chainStart, at: s.moment(1) });
    expect(document?.heads).toHaveLength(MOST_HEADS);
    expect(document?.heads.map(({ release }) => release)).toEqual(document?.heads.map(({ release }) => release).sort());
    expect(digestDocument.parse(JSON.parse(sealDigest(digestDocument.parse(document)).text))).toEqual(document);
  });

  it('fits into an item of the ledger at its largest, and into its index keys', () => {
    const heads = Array.from({ length: MOST_HEADS }, (_, index) => ({ ...headOf(index), release: 'x'.repeat(80) }));
    const { write } = beginDigest(undefined, heads, s.moment(1));
    expect(Buffer.byteLength(JSON.stringify(write.item))).toBeLessThan(100_000);
  });

  it('follows the one before', () => {
    const { chain } = beginDigest(undefined, [headOf(1)], s.moment(1));
    const document = begunDigest(chain);
    if (document === undefined) throw new Error('It was begun.');
    const ended = endDigest(chain, document);
    const { sha256 } = sealDigest(document).reference;
    expect(ended.item).toEqual({ pk: 'engine', sk: 'digests', digest: 1, hash: sha256 });
    expect(ended.condition?.expression).toBe('#digest = :digest AND attribute_exists(#next)');
    const after = digestChain.parse(ended.item);
    expect(begunDigest(after)).toBeUndefined();
    const next = beginDigest(after, [headOf(2)], s.moment(2));
    expect(begunDigest(next.chain)).toMatchObject({ digest: 2, previousHash: sha256 });
    expect(next.write.condition?.expression).toBe('#digest = :digest AND attribute_not_exists(#next)');
  });

  it('lets go of a head that is as it lists it, and of no other', () => {
    expect(markDigested(first)).toMatchObject({
      key: { pk: `release#${first.release}`, sk: 'head' },
      expression: 'REMOVE #partition, #sort',
      condition: { values: { ':undigested': 'open#digest', ':transitions': first.transitions } },
    });
  });
});

describe('an object that is none', () => {
  it.each(['', '{', '[]', '{"release":"orders-1-a1"}'])('is not read: %s', (text) => {
    expect(openSealed(sealedHead, text)).toBeUndefined();
  });
});

describe('a bucket of digests', () => {
  it('holds, as far as it goes', () => {
    expect(verifyDigests(new Map())).toEqual({ digests: 0, hash: chainStart, heads: new Map(), unlisted: [] });
    const objects = bucketOf([first], [second, third]);
    const last = objects.get('digests/00000002.json') ?? '';
    const { heads, ...rest } = verifyDigests(objects);
    expect(rest).toEqual({ digests: 2, hash: hashOfText(last), unlisted: [] });
    expect([...heads.values()]).toEqual([first, second, third]);
  });

  it('holds where a head is listed twice, and names heads that are not listed yet', () => {
    const objects = bucketOf([first], [first]);
    for (const { key, text } of [third, second].map(sealHead)) objects.set(key, text);
    expect(verifyDigests(objects)).toMatchObject({ digests: 2, unlisted: [second.release, third.release] });
  });

  const other = { ...first, hash: hashOfText('rewritten') };
  const text = (name: string, from = bucketOf([first], [second], [third])) => from.get(name) ?? '';
  const one = 'digests/00000001.json';
  const two = 'digests/00000002.json';
  const own = `heads/${first.release}.json`;
  it.each([
    ['was changed to nonsense', two, 'It is no digest', { [two]: '{}' }],
    ['was changed', two, 'does not follow', { [one]: text(one).replace('T', 'T ').replace('T ', 'T'), [two]: text(two).replace(/"previousHash":"../, '"previousHash":"00') }], // prettier-ignore
    ['was moved', two, 'It is the digest 3', { [two]: text('digests/00000003.json') }],
    ['was taken away', 'digests/00000003.json', 'the digest 2 is missing', { [two]: undefined }],
    ['was rewritten with its head', two, 'does not follow', { [one]: text(one, bucketOf([other])), [own]: sealHead(other).text }], // prettier-ignore
    ['lists another head than its object', one, 'another head', { [own]: sealHead(other).text }],
    ['lists a head whose object is no head', one, 'another head', { [own]: 'null' }],
    ['lists a head without its object', one, 'is missing', { [own]: undefined }],
    ['is no object of a bucket of digests', 'heads/x.json', 'no head of a release', { 'heads/x.json': '{}' }],
    ['is under another name', 'heads/x.json', 'not under its name', { 'heads/x.json': sealHead(first).text }],
  ])('names the first object that %s', (_, object, sentence, changes) => {
    const objects = bucketOf([first], [second], [third]);
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) objects.delete(key);
      else objects.set(key, value);
    }
    const { broken } = verifyDigests(objects);
    expect(broken?.object).toBe(object);
    expect(broken?.sentence).toContain(sentence);
  });

  it('names a release that two digests list differently', () => {
    const objects = bucketOf([first], [other]);
    objects.set(own, sealHead(first).text);
    const { broken, digests } = verifyDigests(objects);
    expect([broken?.object, digests]).toEqual([two, 1]);
    expect(broken?.sentence).toContain('than an earlier digest');
  });
});
