import { type Closure, describeClosure } from '../../core/turn/windows/closure.ts';

/** The window that is waited for. The reader's own time is put after it in the browser, which alone knows where that is. */
export function ClosedWindow({ closed }: { readonly closed: Closure }) {
  return (
    <>
      closed by {describeClosure(closed)}
      {closed.until === undefined ? null : <time datetime={closed.until} data-reader="" />}
    </>
  );
}
