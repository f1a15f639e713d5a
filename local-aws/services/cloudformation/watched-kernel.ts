import type { Kernel } from '../../kernel/kernel.ts';

/** The ways by which a provider asks something of a service. */
const ASKING: ReadonlySet<string | symbol> = new Set(['send', 'port']);

/** A kernel that tells whether anything was asked by it: as long as nothing was, nothing has changed. */
export function watch(kernel: Kernel): { readonly kernel: Kernel; readonly used: () => boolean } {
  let used = false;
  const watched = new Proxy(kernel, {
    get: (target, name): unknown => {
      used ||= ASKING.has(name);
      return Reflect.get(target, name, target);
    },
  });
  return { kernel: watched, used: () => used };
}
