import fc from 'fast-check';
import { expect, it } from 'vitest';
import { only, WorkflowSandbox } from '../../../testing/workflow-sandbox.ts';

const path = fc.constantFrom(
  ...[
    '$',
    '$.a',
    '$.a.b',
    '$.a[0]',
    '$.a[*].b',
    '$..b',
    '$$.State.Name',
    '$x',
    '$.a[?(@.b > 1)]',
    '$.a[-1]',
    '$.__proto__',
  ],
);
const call = fc
  .tuple(
    fc.constantFrom(
      'Format',
      'StringToJson',
      'JsonToString',
      'Array',
      'ArrayPartition',
      'ArrayRange',
      'ArrayGetItem',
      'JsonMerge',
      'MathAdd',
      'Hash',
      'StringSplit',
      'ArrayUnique',
      'Base64Decode',
    ),
    fc.array(fc.oneof(path, fc.constantFrom("'{}'", "'a\\x'", '1', '-2.5', 'null', 'false', "''")), { maxLength: 3 }),
  )
  .map(([name, args]) => `States.${name}(${args.join(', ')})`);
const fields = fc.record(
  {
    InputPath: fc.oneof(path, fc.constant(null)),
    OutputPath: fc.oneof(path, fc.constant(null)),
    ResultPath: fc.oneof(path, fc.constant(null)),
    Parameters: fc.record({ 'p.$': fc.oneof(path, call), q: fc.jsonValue({ maxDepth: 2 }) }),
    Result: fc.jsonValue({ maxDepth: 2 }),
    Assign: fc.record({ 'x.$': fc.oneof(path, call) }),
  },
  { requiredKeys: [] },
);
const leaf = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.array(fc.record({ b: fc.jsonValue({ maxDepth: 1 }) }), { maxLength: 3 }),
);
const input = fc.oneof(fc.record({ a: leaf }), fc.jsonValue({ maxDepth: 3 }));

it('ends every Pass state, whatever its fields and input, or refuses it at creation', async () => {
  const sandbox = new WorkflowSandbox();
  let ran = 0;
  await fc.assert(
    fc.asyncProperty(fields, input, async (more, given) => {
      let machine: string;
      try {
        machine = await sandbox.create({ QueryLanguage: 'JSONPath', ...only({ Type: 'Pass', ...more, End: true }) });
      } catch (error) {
        expect(String(error)).toContain('Invalid State Machine Definition');
        return;
      }
      ran += 1;
      const { status, error } = await sandbox.ended(await sandbox.start(machine, given));
      if (status === 'FAILED') expect(error).toMatch(/^States\./);
      else expect(status).toBe('SUCCEEDED');
    }),
    { numRuns: 150 },
  );
  expect(ran).toBeGreaterThan(0);
});
