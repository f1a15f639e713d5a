import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { isInside } from '../root.ts';
import type { WrittenLine } from '../application.ts';
import type { Metadata } from './assembly.ts';

const logicalId = z.string();
const stack = z.array(z.string());

/**
 * Lines of the app that made resources, where `cdk synth` noted them down: in an entry of their own, and by older releases (with `--debug`)
 * beside the logical id. https://github.com/aws/aws-cdk/pull/37643
 * @param folder of the app: lines of libraries tell nobody what to change
 * @returns by logical id
 */
export function creationLines(metadata: Metadata, folder: string): ReadonlyMap<string, WrittenLine> {
  const root = realpathSync(folder);
  return new Map(
    Object.values(metadata).flatMap((entries): [string, WrittenLine][] => {
      const named = entries.find(({ type }) => type === 'aws:cdk:logicalId');
      const created = entries.find(({ type }) => type === 'aws:cdk:creationStack');
      const id = logicalId.safeParse(named?.data).data;
      const frames = stack.safeParse(created?.data).data ?? stack.safeParse(named?.['trace']).data ?? [];
      const line = frames.map((frame) => lineOf(frame, root)).find((one) => one !== undefined);
      return id === undefined || line === undefined ? [] : [[id, line]];
    }),
  );
}

/** `new Orders (/app/lib/orders.ts:8:5)`: a call in a file of the app. */
function lineOf(frame: string, root: string): WrittenLine | undefined {
  const [, named = '', line, column] =
    /(?:^|[\s(])((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*):(\d+):(\d+)\)?$/.exec(frame) ?? [];
  const path = named.startsWith('file://') ? fileURLToPath(named) : named;
  if (!isAbsolute(path) || path.includes(`${sep}node_modules${sep}`) || !existsSync(path)) return undefined;
  const real = realpathSync(path);
  return isInside(root, real) ? { path: real, line: Number(line), column: Number(column) } : undefined;
}
