import { expect, it } from 'vitest';
import { membersOfShape } from '../../../../core/template/specification/kinds.ts';

it.each([
  ['any', { is: 'anything' }],
  ['t', { is: 'tag' }],
  ['[s', { is: 'list', of: { is: 'text', only: [] } }],
  ['{i', { is: 'map', of: { is: 'whole', only: [] } }],
  ['i(1|3)', { is: 'whole', only: ['1', '3'] }],
  ['n(-1..5)', { is: 'number', only: [], least: -1, greatest: 5 }],
  ['i(..5)', { is: 'whole', only: [], greatest: 5 }],
  ['i(1..)', { is: 'whole', only: [], least: 1 }],
  ['Rule', { is: 'members', shape: 'Rule' }],
])('a property that the table writes as %s is told apart', (written, kind) => {
  const shapes = { '': written === 'any' ? 'It' : `It:${written}` };
  expect(membersOfShape(shapes, '')).toEqual([{ name: 'It', required: false, kind }]);
});

it('a property that has to be there is told apart, and an object that the table has not has none', () => {
  expect(membersOfShape({ '': 'It!:s' }, '')).toMatchObject([{ name: 'It', required: true }]);
  expect(membersOfShape({}, 'Gone')).toEqual([]);
});
