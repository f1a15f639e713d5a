import { expect, it } from 'vitest';
import { kindOf } from '../../../core/release/kind.ts';

const environments = ['production'];

it.each([
  ['release', undefined],
  ['release', { kind: 'retry' as const, environments }],
  ['release', { kind: 'promotion' as const, environments }],
  ['hotfix', { kind: 'promotion' as const, environments, hotfix: true as const }],
  ['rollback', { kind: 'rollback' as const, environments }],
])('to windows it is a %s: %j', (kind, origin) => {
  expect(kindOf(origin === undefined ? {} : { origin })).toBe(kind);
});
