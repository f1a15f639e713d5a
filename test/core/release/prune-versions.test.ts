import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbersSpelledOut, versionsToPrune } from '../../../core/release/prune-versions.ts';

describe('versions that may go', () => {
  it('are old ones that nothing needs, oldest first', () => {
    const published = ['12', '3', '9', '10', '1', '2', '$LATEST'];
    expect(versionsToPrune({ published, needed: new Set(['2']), keep: 3 })).toEqual(['1', '3']);
    expect(versionsToPrune({ published, needed: new Set(), keep: 6 })).toEqual([]);
    expect(versionsToPrune({ published: ['1'], needed: new Set(), keep: 0 })).toEqual(['1']);
  });

  it('do not include those that a template spells out', () => {
    const template = {
      Resources: {
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { BatchSize: 10, FunctionName: 'arn:aws:lambda:us-east-1:222222222222:function:orders:7' },
        },
        Rule: {
          Type: 'X',
          Properties: { Arn: { 'Fn::Sub': '${Orders.Arn}:12' }, Uri: 'x:function:orders:3/invocations' },
        },
      },
    };
    expect(numbersSpelledOut(template)).toEqual(['7', '12', '3']);
  });

  it('are never needed, nor among the newest, whatever is published', () => {
    const number = fc.integer({ min: 1, max: 60 }).map(String);
    fc.assert(
      fc.property(
        fc.uniqueArray(number),
        fc.array(number),
        fc.integer({ min: 1, max: 20 }),
        (published, needed, keep) => {
          const pruned = versionsToPrune({ published, needed: new Set(needed), keep });
          const newest = [...published].sort((a, b) => Number(b) - Number(a)).slice(0, keep);
          expect(pruned.filter((version) => needed.includes(version) || newest.includes(version))).toEqual([]);
          // Nothing else stays.
          const left = published.filter((version) => !pruned.includes(version));
          expect(left.every((version) => needed.includes(version) || newest.includes(version))).toBe(true);
        },
      ),
    );
  });
});
