/** Answers for task tokens. https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { AwsError } from '../../../kernel/errors.ts';
import { operation, type AnyOperation, type Authorization } from '../../../kernel/service.ts';
import { PAYLOAD_LIMIT, parseJson, type Json } from '../json.ts';
import type { StatesState } from '../state.ts';

export function taskOperations(state: StatesState): readonly AnyOperation[] {
  const authorize = (action: string, token: string | undefined): Authorization => ({
    action: `states:${action}`,
    resource: state.tokens.machineOf(token),
  });
  return [
    operation({
      command: SendTaskSuccessCommand,
      accepts: ['taskToken', 'output'],
      authorize: ({ taskToken }) => authorize('SendTaskSuccess', taskToken),
      handle: async ({ taskToken, output }) => {
        const value = checkOutput(output);
        state.tokens.open(taskToken).end({ kind: 'succeeded', output: value });
        return {};
      },
    }),
    operation({
      command: SendTaskFailureCommand,
      accepts: ['taskToken', 'error', 'cause'],
      authorize: ({ taskToken }) => authorize('SendTaskFailure', taskToken),
      handle: async ({ taskToken, error, cause }) => {
        state.tokens.open(taskToken).end({ kind: 'failed', error, cause });
        return {};
      },
    }),
    operation({
      command: SendTaskHeartbeatCommand,
      accepts: ['taskToken'],
      authorize: ({ taskToken }) => authorize('SendTaskHeartbeat', taskToken),
      handle: async ({ taskToken }) => {
        state.tokens.open(taskToken).beat();
        return {};
      },
    }),
  ];
}

function checkOutput(text: string | undefined): Json {
  if (text !== undefined && Buffer.byteLength(text) <= PAYLOAD_LIMIT) {
    try {
      return parseJson(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  throw new AwsError('InvalidOutput', "Invalid Output: 'Invalid output'");
}
