import { difference } from '/work/main/local/aws/kernel/meters.ts';
import { perform } from '/work/main/local/performance.ts';
import { findScenario } from '/work/main/local/scenarios/all.ts';
const names = ['receive', 'validate', 'gate', 'deploy', 'verify', 'decide', 'read', 'wake'];
let stage: any;
const before: any = {};
const read = (n: string) =>
  stage.aws.meters.read({ account: stage.account, of: (x: string) => x === `sluice-${n}` || x.endsWith(n) });
const seen: string[] = [];
const p = await perform({
  scenario: findScenario('promote'),
  pace: 'max',
  audience: {
    dropped: (k: string) => {
      if (k.includes('1.1.0')) {
        for (const n of names) before[n] = read(n);
        before.all = stage.aws.meters.read({ account: stage.account });
      }
    },
    transition: () => undefined,
    ended: () => undefined,
  },
  onStage: (s: any) => {
    stage = s;
    s.aws.kernel.onObservation((o: any) => {
      if (before.all) seen.push(o.kind);
    });
  },
  tell: () => undefined,
} as any);
for (const n of names) console.log(n, JSON.stringify(difference(read(n), before[n])));
console.log('all', JSON.stringify(difference(stage.aws.meters.read({ account: stage.account }), before.all)));
console.log([...new Set(seen)].map((k) => k + ':' + seen.filter((x) => x === k).length).join(' '));
await p.stage.close();
process.exit(0);
