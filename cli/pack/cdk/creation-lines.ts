import { join } from 'node:path';
import * as z from 'zod';
import type { WrittenLine } from '../application.ts';
import { isFile } from '../read-template.ts';
import type { Metadata } from './assembly.ts';

const logicalId = z.string();
const stack = z.array(z.string());

/** A call in a file, as the machine saw it that ran the app. */
interface Frame {
  /** Without its root, parted as folders are. */
  readonly parts: readonly string[];
  readonly line: number;
  readonly column: number;
}

/**
 * Lines of the app that made resources, where `cdk synth` noted them down: in an entry of their own, and by older releases (with `--debug`)
 * beside the logical id. https://github.com/aws/aws-cdk/pull/37643
 * Files are found in the folder wherever the app ran, so that what is packed is the same on any machine.
 * @param folder of the app: lines of libraries tell nobody what to change
 * @returns by logical id
 */
export function creationLines(metadata: Metadata, folder: string): ReadonlyMap<string, WrittenLine> {
  const made = Object.values(metadata).flatMap((entries) => {
    const named = entries.find(({ type }) => type === 'aws:cdk:logicalId');
    const created = entries.find(({ type }) => type === 'aws:cdk:creationStack');
    const id = logicalId.safeParse(named?.data).data;
    const calls = stack.safeParse(created?.data).data ?? stack.safeParse(named?.['trace']).data ?? [];
    return id === undefined ? [] : [{ id, frames: calls.flatMap(frameOf) }];
  });
  const nameOf = namesIn(
    folder,
    made.flatMap(({ frames }) => frames),
  );
  return new Map(
    made.flatMap(({ id, frames }): [string, WrittenLine][] => {
      const [first] = frames.flatMap((frame) => {
        const name = nameOf(frame);
        return name === undefined ? [] : [{ path: join(folder, name), line: frame.line, column: frame.column }];
      });
      return first === undefined ? [] : [[id, first]];
    }),
  );
}

/** `new Orders (/app/lib/orders.ts:8:5)`: a call that is in no library, and not in what runs apps of other languages. */
function frameOf(call: string): Frame[] {
  const [, path = '', line, column] =
    /(?:^|[\s(])((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*):(\d+):(\d+)\)?$/.exec(call) ?? [];
  const parts = path.replace(/^file:\/\//, '').split(/[\\/]+/);
  if (path === '' || parts.some((part) => part === 'node_modules' || part.startsWith('jsii'))) return [];
  return [{ parts: parts.slice(1), line: Number(line), column: Number(column) }];
}

/**
 * Names in the folder of files that frames are in. Where the app ran, the folder was another, or the same: it is the one in which most of
 * the files are that are here, too.
 */
function namesIn(folder: string, frames: readonly Frame[]): (frame: Frame) => string | undefined {
  const names = new Map(frames.map(({ parts }) => [parts.join('/'), parts]));
  const counts = new Map<string, number>();
  const here = new Set<string>();
  for (const [path, parts] of names) {
    for (const depth of parts.keys()) {
      if (!isFile(join(folder, ...parts.slice(depth)))) continue;
      const root = parts.slice(0, depth).join('/');
      here.add(`${root}\0${path}`);
      counts.set(root, (counts.get(root) ?? 0) + 1);
    }
  }
  const [best] = [...counts].sort(([one, most], [other, more]) => more - most || other.length - one.length);
  if (best === undefined) return () => undefined;
  const [root] = best;
  return ({ parts }) => {
    const path = parts.join('/');
    return here.has(`${root}\0${path}`) ? path.slice(root === '' ? 0 : root.length + 1) : undefined;
  };
}
