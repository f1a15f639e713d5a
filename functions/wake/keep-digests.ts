import {
  beginDigest,
  begunDigest,
  type DigestChain,
  digestChain,
  endDigest,
  markDigested,
} from '../../core/ledger/digests/chain-row.ts';
import { type DigestDocument, MOST_HEADS, sealDigest, sealHead } from '../../core/ledger/digests/document.ts';
import { headItem } from '../../core/ledger/items.ts';
import { digestChainKey, headKey, type Key, undigested } from '../../core/ledger/keys.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { parseReadable, readItem } from '../../engine/ledger/read.ts';
import { eachSideBySide } from './side-by-side.ts';
import type { WakeServices } from './services.ts';

/** What it takes to write digests. */
type DigestServices = Pick<WakeServices, 'ledger' | 'digests'>;

/** Digests that one run writes; the next run goes on. */
const ROUNDS = 5;

/**
 * Lists the releases that have ended since the last digest in the next one. Each step can be done again: attempts at the same time, and
 * one that goes on where another died, write the same objects. Throws what keeps it from that: the heads stay open work, and the
 * next run tries again.
 */
export async function keepDigests(services: DigestServices, invocation: InvocationContext): Promise<void> {
  const { ledger } = services;
  for (let round = 0; round < ROUNDS; round += 1) {
    // The index finds them; what is written is read from the table.
    const { items } = await ledger.queryIndex('open', undigested, { limit: MOST_HEADS });
    if (items.length === 0) return;
    const chain = await readItem(ledger, digestChainKey, digestChain);
    const begun = chain?.next === undefined ? await begin(chain, items, services, invocation) : chain;
    if (begun === 'nothing') return;
    if (begun !== 'overtaken') await write(begun, services);
  }
}

/** @returns `overtaken` where another attempt began the next one */
async function begin(
  before: DigestChain | undefined,
  keys: readonly Key[],
  { ledger }: DigestServices,
  invocation: InvocationContext,
): Promise<DigestChain | 'nothing' | 'overtaken'> {
  const heads = await readUndigested(keys, ledger, invocation);
  if (heads.length === 0) return 'nothing';
  const { chain, write: intent } = beginDigest(before, heads, invocation.now());
  return (await ledger.write([intent])) === 'already' ? 'overtaken' : chain;
}

async function readUndigested(
  keys: readonly Key[],
  ledger: DigestServices['ledger'],
  invocation: InvocationContext,
): Promise<ReleaseHead[]> {
  const items = await ledger.getAll(keys.filter(({ sk }) => sk === headKey('').sk));
  return parseReadable(
    headItem,
    items.filter((item) => item['gsi3pk'] === undigested),
    invocation,
  );
}

/** The objects first: once a head is no longer open work, nothing else would write its object. */
async function write(chain: DigestChain, { ledger, digests }: DigestServices): Promise<void> {
  const document: DigestDocument | undefined = begunDigest(chain);
  if (document === undefined) return;
  await eachSideBySide(document.heads, (head) => digests.put(sealHead(head)));
  await digests.put(sealDigest(document));
  await eachSideBySide(document.heads, async (head) => void (await ledger.write([markDigested(head)])));
  await ledger.write([endDigest(chain, document)]);
}
