/** How a command of the page is run, and what has to come of it. */
export interface Judge {
  readonly command: RegExp;
  /**
   * `start`: `npm start`, which stays up while what follows is done. `approval`: waits until the release asks. `bootstrap`: what
   * it makes is made without it, for the local AWS refuses the CDK's own bootstrap template. */
  readonly how: 'start' | 'run' | 'approval' | 'bootstrap';
  /** What its output has to have. */
  readonly prints: RegExp;
}

const judges: readonly Judge[] = [
  {
    command: /^npm run sluice -- init \S+ --yes --author \S+$/,
    how: 'run',
    prints: /Wrote \S+\/release\.json and .*guard/s,
  },
  { command: /^npm start -- --service \S+$/, how: 'start', prints: /hello-0\.1\.0-a1: Succeeded/ },
  {
    command: /^npm run sluice -- live$/,
    how: 'run',
    prints: /hello +0\.2\.0 +production [^]*hello +0\.2\.0 +staging /,
  },
  { command: /^npm run sluice -- live --profile approver/, how: 'run', prints: /hello +0\.3\.0 +production / },
  {
    command: /^npm run sluice -- show hello-0\.2\.0-a1$/,
    how: 'run',
    prints: /production .*shift started.*production .*shifted.*ended/s,
  },
  { command: /^npm run sluice -- history hello production$/, how: 'run', prints: /0\.2\.0.*0\.1\.0/s },
  {
    command: /^npm run sluice -- check \S+$/,
    how: 'run',
    prints: /No policy is given: .*staging: ready\.\s+production: ready\./s,
  },
  {
    command: /^npm run sluice -- check \S+ --policy policy\.json$/,
    how: 'run',
    prints: /staging 222222222222\/us-east-1: ready[^]*production 333333333333\/us-east-1: ready/,
  },
  { command: /^npx cdk bootstrap aws:\/\/\d{12}\/us-east-1 --profile \w+$/, how: 'bootstrap', prints: /bootstrapped/ },
  { command: /^aws sesv2 create-email-identity /, how: 'run', prints: /IdentityType/ },
  {
    command: /^npx cdk deploy Release\S+ --require-approval never --profile \w+$/,
    how: 'run',
    prints: /✅ {2}Release/,
  },
  { command: /^npm run sluice -- pack \S+ -o hello-\S+\.zip$/, how: 'run', prints: /sha256 [0-9a-f]{64}/ },
  { command: /^npm run sluice -- push hello-\S+\.zip --profile tooling/, how: 'run', prints: /hello/ },
  { command: /^npm run sluice -- approve hello-\S+-a1 --reason "/, how: 'approval', prints: /approved/i },
  {
    command: /^npm run sluice -- watch hello-0\.2\.0-a1 /,
    how: 'run',
    prints: /No alias has to move.*Succeeded/s,
  },
  {
    command: /^npm run sluice -- watch hello-0\.3\.0-a1 /,
    how: 'run',
    prints: /production .*shift started[^]*Canary10Percent5Minutes[^]*shifted[^]*Succeeded/,
  },
  { command: /^npm run sluice -- open --profile tooling/, how: 'run', prints: /http\S+\/open\// },
];

/** @throws Error where no judge, or more than one, knows the command */
export function judgeOf(line: string): Judge {
  const [judge, ...others] = judges.filter(({ command }) => command.test(line));
  if (judge === undefined || others.length > 0)
    throw new Error(`${judge === undefined ? 'Nothing knows' : 'Several know'} how to judge the command: ${line}`);
  return judge;
}

/** Judges that no command of a page needs any more. */
export function idleJudges(lines: readonly string[]): RegExp[] {
  return judges.map(({ command }) => command).filter((command) => !lines.some((line) => command.test(line)));
}
