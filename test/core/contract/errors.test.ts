import { describe, expect, it } from 'vitest';
import { ApprovalDeclined, ChangeFailed, LedgerConflict } from '../../../core/contract/errors.ts';
import { describeFailure, readFailure } from '../../../core/contract/failure.ts';
import { businessErrorNames, everyError, technicalErrorNames } from './every-error.ts';

describe('errors', () => {
  it('have a literal name and a code of their own', () => {
    expect(everyError.map((error) => error.name)).toEqual(everyError.map(({ constructor }) => constructor.name));
    expect(new Set(everyError.map((error) => error.code)).size).toBe(everyError.length);
    expect(everyError.length).toBeGreaterThan(30);
    expect(businessErrorNames).toContain('ArtifactRejected');
    expect(technicalErrorNames).toContain('TargetUnreachable');
  });

  it('say where they happened, and keep the cause', () => {
    const cause = new Error('socket closed');
    const error = new ChangeFailed('The stack was rolled back.', {
      release: 'orders-1-a1',
      environment: 'production',
      account: '333333333333',
      region: 'us-east-1',
      cause,
      evidence: { stack: 'x' },
    });
    expect(error.message).toBe(
      'The stack was rolled back. (release orders-1-a1, environment production, account 333333333333, region us-east-1)',
    );
    expect(error.cause).toBe(cause);
    expect(error.evidence).toEqual({ stack: 'x' });
    expect(new ChangeFailed('Plain.').message).toBe('Plain.');
  });
});

describe('a failure', () => {
  it('comes back as it was sent', () => {
    const sent = describeFailure(new ApprovalDeclined('No.', { release: 'orders-1-a1', environment: 'production' }));
    expect(readFailure(sent.error, sent.cause)).toEqual({
      error: 'ApprovalDeclined',
      message: 'No. (release orders-1-a1, environment production)',
      release: 'orders-1-a1',
      environment: 'production',
    });
  });

  it('is found in what Lambda and child executions wrap around it', () => {
    const lambda = JSON.stringify({ errorType: 'LedgerConflict', errorMessage: 'Again.', trace: [] });
    expect(readFailure('LedgerConflict', lambda)).toEqual({ error: 'LedgerConflict', message: 'Again.' });
    const child = JSON.stringify({ ExecutionArn: 'arn:x', Status: 'FAILED', Error: 'LedgerConflict', Cause: lambda });
    const grandchild = JSON.stringify({
      ExecutionArn: 'arn:y',
      Status: 'FAILED',
      Error: 'States.TaskFailed',
      Cause: child,
    });
    expect(readFailure('States.TaskFailed', grandchild)).toEqual({ error: 'LedgerConflict', message: 'Again.' });
  });

  it('names the execution that ended without a word', () => {
    const aborted = JSON.stringify({ ExecutionArn: 'arn:x', Status: 'ABORTED' });
    expect(readFailure('States.TaskFailed', aborted)).toEqual({
      error: 'States.TaskFailed',
      message: 'The execution arn:x ended as ABORTED.',
    });
  });

  it.each([
    ['absent', {}],
    ['null', { Error: null, Cause: null }],
    ['empty', { Error: '', Cause: '' }],
  ])('names the execution whose error and cause are %s', (_, said) => {
    const child = JSON.stringify({ ExecutionArn: 'arn:x', Status: 'TIMED_OUT', ...said });
    expect(readFailure('States.TaskFailed', child)).toEqual({
      error: 'States.TaskFailed',
      message: 'The execution arn:x ended as TIMED_OUT.',
    });
  });

  it('says of a timeout what Step Functions leaves unsaid', () => {
    const message = 'A task did not answer in time.';
    expect(readFailure('States.Timeout', '')).toEqual({ error: 'States.Timeout', message });
    const child = { ExecutionArn: 'arn:x', Status: 'FAILED', Error: 'States.Timeout', Cause: '' };
    expect(readFailure('States.TaskFailed', JSON.stringify(child))).toEqual({
      error: 'States.Timeout',
      message: `The execution arn:x ended as FAILED: ${message}`,
    });
    expect(readFailure('Odd', '')).toEqual({ error: 'Odd', message: 'Odd, for which no reason was given.' });
  });

  it('takes any text, and anything thrown', () => {
    expect(describeFailure(new TypeError('x is undefined'))).toEqual({
      error: 'TypeError',
      cause: '{"message":"x is undefined","place":{}}',
    });
    expect(describeFailure('text').error).toBe('Error');
    expect(describeFailure(new LedgerConflict('long '.repeat(1000))).cause.length).toBeLessThan(1100);
  });

  it('does not follow nesting for ever', () => {
    let cause = 'deep';
    for (let depth = 0; depth < 10; depth += 1)
      cause = JSON.stringify({ ExecutionArn: 'a', Status: 'FAILED', Error: `E${depth}`, Cause: cause });
    expect(readFailure('States.TaskFailed', cause).error).toBe('E2');
  });
});
