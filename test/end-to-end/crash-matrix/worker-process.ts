import * as z from 'zod';
import { FaultRunner } from './fault-runner.ts';
import { pointSchema } from './point.ts';
import { scenarioNames } from './service.ts';

// One sandbox in a process of its own: takes one order after another from its parent, answers each.

/** What the process is asked to play. */
export const requestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('control'), scenario: z.enum(scenarioNames), every: z.boolean() }),
  z.object({
    kind: z.literal('run'),
    scenario: z.enum(scenarioNames),
    point: pointSchema,
    control: z.object({ transitions: z.array(z.string()), milliseconds: z.number() }),
  }),
]);
export type WorkerRequest = z.infer<typeof requestSchema>;

/** What it answers. */
export const responseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({
    kind: z.literal('control'),
    control: z.object({ transitions: z.array(z.string()), milliseconds: z.number() }),
    points: z.array(pointSchema),
    problems: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('finding'),
    name: z.string(),
    problems: z.array(z.string()),
    transitions: z.array(z.string()),
    seconds: z.number(),
  }),
  z.object({ kind: z.literal('broken'), reason: z.string() }),
]);
export type WorkerResponse = z.infer<typeof responseSchema>;

const [synthesized] = process.argv.slice(2);
if (process.argv[1]?.endsWith('worker-process.ts') === true && synthesized !== undefined) {
  const tell = (answer: WorkerResponse): void => void process.send?.(answer);
  const play = await FaultRunner.open(synthesized);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message) => {
    handle(play, requestSchema.parse(message)).then(tell, (error: unknown) =>
      tell({ kind: 'broken', reason: error instanceof Error ? error.message : String(error) }),
    );
  });
  tell({ kind: 'ready' });
}

async function handle(play: FaultRunner, order: WorkerRequest): Promise<WorkerResponse> {
  switch (order.kind) {
    case 'control': {
      const { control, points, problems } = await play.control(order.scenario, order.every);
      const { transitions, milliseconds } = control;
      return {
        kind: 'control',
        control: { transitions: [...transitions], milliseconds },
        points,
        problems: [...problems],
      };
    }
    case 'run': {
      const { name, problems, transitions, seconds } = await play.run(order.scenario, order.point, order.control);
      return { kind: 'finding', name, problems: [...problems], transitions: [...transitions], seconds };
    }
  }
}
