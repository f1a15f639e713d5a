import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type EvidenceDocument, evidenceDocument } from '../../../core/checks/evidence.ts';
import { evidenceKey, openEvidence, sealEvidence } from '../../../core/ledger/evidence-object.ts';

const release = 'orders-1.4.2-a1';
const document: EvidenceDocument = {
  ...{ kind: 'verdicts', release, environment: 'staging', account: '222222222222', region: 'us-east-1' },
  verdicts: [{ check: 'ping', verdict: 'passed', sentence: 'is good.', measured: { milliseconds: 7 } }],
};
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('an object with evidence', () => {
  it('is named by its release and its digest, whatever the order of its members', () => {
    const sealed = sealEvidence(document);
    const { sha256, bytes } = sealed.reference;
    expect(sealed.key).toBe(`orders-1.4.2-a1/${sha256}.json`);
    expect([sha256, bytes]).toEqual([digestOf(sealed.text), Buffer.byteLength(sealed.text)]);
    const reversed = evidenceDocument.parse(Object.fromEntries(Object.entries(document).reverse()));
    expect(sealEvidence(reversed)).toEqual(sealed);
    expect(openEvidence(sealed.text, release, sha256)).toEqual({ document });
  });

  it.each([
    ['that was changed', sealEvidence(document).text, 'b'.repeat(64), 'was changed'],
    ['that is no JSON', 'no', digestOf('no'), 'in a form that this version of the engine does not know'],
    ['of another form', '{"kind":"film"}', digestOf('{"kind":"film"}'), 'in a form that this version'],
  ])('%s is not read', (_, text, sha256, why) => {
    const problem: unknown = expect.stringContaining(why);
    expect(openEvidence(text, release, sha256)).toEqual({ problem });
  });

  it('of another release is not this one’s', () => {
    const { text, reference } = sealEvidence(document);
    expect(evidenceKey('orders-2-a1', reference.sha256)).not.toBe(sealEvidence(document).key);
    expect(openEvidence(text, 'orders-2-a1', reference.sha256)).toEqual({
      problem: 'it is evidence of orders-1.4.2-a1',
    });
  });
});
