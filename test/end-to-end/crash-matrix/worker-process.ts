import * as z from 'zod';
import { Play } from './fault-runner.ts';
import { pointSchema } from './point.ts';
import { scenarioNames } from './service.ts';

// One sandbox in a process of its own: takes one order after another from its parent, answers each.

/** What the process is asked to play. */
export const orderSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('control'), scenario: z.enum(scenarioNames), every: z.boolean() }),
  z.object({
    kind: z.literal('run'),
    scenario: z.enum(scenarioNames),
    point: pointSchema,
    control: z.object({ story: z.array(z.string()), milliseconds: z.number() }),
  }),
]);
export type Order = z.infer<typeof orderSchema>;

/** What it answers. */
export const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({
    kind: z.literal('control'),
    control: z.object({ story: z.array(z.string()), milliseconds: z.number() }),
    points: z.array(pointSchema),
    problems: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('finding'),
    name: z.string(),
    problems: z.array(z.string()),
    story: z.array(z.string()),
    seconds: z.number(),
  }),
  z.object({ kind: z.literal('broken'), reason: z.string() }),
]);
export type Answer = z.infer<typeof answerSchema>;

const [synthesized] = process.argv.slice(2);
if (process.argv[1]?.endsWith('worker-process.ts') === true && synthesized !== undefined) {
  const tell = (answer: Answer): void => void process.send?.(answer);
  const play = await Play.open(synthesized);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message) => {
    obey(play, orderSchema.parse(message)).then(tell, (error: unknown) =>
      tell({ kind: 'broken', reason: error instanceof Error ? error.message : String(error) }),
    );
  });
  tell({ kind: 'ready' });
}

async function obey(play: Play, order: Order): Promise<Answer> {
  switch (order.kind) {
    case 'control': {
      const { control, points, problems } = await play.control(order.scenario, order.every);
      const { story, milliseconds } = control;
      return { kind: 'control', control: { story: [...story], milliseconds }, points, problems: [...problems] };
    }
    case 'run': {
      const { name, problems, story, seconds } = await play.run(order.scenario, order.point, order.control);
      return { kind: 'finding', name, problems: [...problems], story: [...story], seconds };
    }
  }
}
