import * as z from 'zod';

/**
 * The `metrics` of a metric widget: namespace, name, then names and values of dimensions by turns, and rendering properties last; or an
 * expression.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html#CloudWatch-Dashboard-Properties-Metrics-Array-Format
 */
const rendering = z.strictObject({
  accountId: z.string().optional(),
  color: z.string().optional(),
  expression: z.string().optional(),
  id: z
    .string()
    .regex(/^[a-z][a-zA-Z0-9_]*$/)
    .optional(),
  label: z.string().optional(),
  period: z.int().multipleOf(60).min(60).optional(),
  region: z.string().optional(),
  stat: z.string().optional(),
  visible: z.boolean().optional(),
  yAxis: z.enum(['left', 'right']).optional(),
});

/** `...` stands for all that the metric before has, up to what follows. */
const ALL_BEFORE = '...';
/** One part as the metric before has it. */
const AS_BEFORE = '.';

const onlyStrings = 'Invalid metric field type, only "String" type is allowed';

const entry = z.array(z.unknown()).superRefine((parts, context) => {
  const last = parts.at(-1);
  const isDrawn = typeof last === 'object' && last !== null;
  const names = isDrawn ? parts.slice(0, -1) : parts;
  const complain = (message: string, path: PropertyKey[] = []): void =>
    context.addIssue({ code: 'custom', path, message });
  if (isDrawn) {
    const read = rendering.safeParse(last);
    for (const { code, message, path } of read.success ? [] : read.error.issues) {
      // Dimensions as an object are not taken, and are said to be one part too many.
      if (code === 'unrecognized_keys') complain(`Should NOT have more than ${names.length} items`);
      else complain(message, [parts.length - 1, ...path]);
    }
    if (read.success && read.data.expression !== undefined) {
      if (names.length > 0) complain('Should NOT have more than 1 items');
      return;
    }
  }
  for (const [index, part] of names.entries()) if (typeof part !== 'string') complain(onlyStrings, [index]);
  if (names[0] === ALL_BEFORE) return;
  if (names.length < 2) complain('Should NOT have fewer than 2 items');
  else if (names.length % 2 === 1) complain(`Should NOT have more than ${names.length - 1} items`);
});

export const metricsArray = z
  .array(entry)
  .max(500)
  .superRefine(([first = []], context) => {
    for (const [index, part] of first.entries())
      if (part === AS_BEFORE || part === ALL_BEFORE)
        context.addIssue({ code: 'custom', path: [0, index], message: 'There is no metric before the first one' });
  });
