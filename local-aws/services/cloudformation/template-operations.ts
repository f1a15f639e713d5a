import {
  GetStackPolicyCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  SetStackPolicyCommand,
  ValidateTemplateCommand,
  type TemplateStage,
} from '@aws-sdk/client-cloudformation';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { NotImplemented } from '../../kernel/errors.ts';
import { onAll, onStack } from './authorization.ts';
import { getChangeSet } from './change-sets.ts';
import { findStack } from './describe-stacks.ts';
import type { Engine } from './engine.ts';
import { validationError } from './errors.ts';
import { parseTemplate, type ParameterDefinition, type Template } from './template.ts';
import { readTemplate } from './template-source.ts';
import { neededCapability, validateTemplate } from './validation.ts';

/** The operations on templates. */
export function templateOperations(engine: Engine): readonly AnyOperation[] {
  return [getTemplate(engine), getTemplateSummary(engine), validate(engine), setPolicy(engine), getPolicy(engine)];
}

const STAGES: readonly TemplateStage[] = ['Original', 'Processed'];

/** Original and Processed are one where there is no transform. Without a stage asked for, it is Processed. */
function getTemplate(engine: Engine): AnyOperation {
  return operation({
    command: GetTemplateCommand,
    accepts: ['StackName', 'ChangeSetName', 'TemplateStage'],
    authorize: (input, call) =>
      onStack(engine.stacks, 'GetTemplate', call, input.StackName, {
        'cloudformation:ChangeSetName': input.ChangeSetName,
      }),
    handle: async (input, call) => {
      const template =
        input.ChangeSetName === undefined
          ? findStack(engine, call.caller, input.StackName).desired?.template
          : getChangeSet(engine.stacks, call, input).changeSet.desired.template;
      // A stack under review has no template of its own yet.
      if (template === undefined) return { TemplateBody: '', StagesAvailable: [...STAGES] };
      const { original, processed } = template;
      const body = input.TemplateStage === 'Original' ? original : processed;
      if (body === undefined) throw validationError('The template has no stage Processed: its transform failed.');
      return {
        TemplateBody: body,
        StagesAvailable: STAGES.filter((stage) => stage === 'Original' || processed !== undefined),
      };
    },
  });
}

function getTemplateSummary(engine: Engine): AnyOperation {
  return operation({
    command: GetTemplateSummaryCommand,
    accepts: ['TemplateBody', 'TemplateURL', 'StackName'],
    authorize: (input, call) =>
      input.StackName === undefined
        ? onAll('GetTemplateSummary')
        : onStack(engine.stacks, 'GetTemplateSummary', call, input.StackName),
    handle: async (input, call) => {
      const template =
        input.StackName === undefined
          ? parseTemplate(await readTemplate(engine, call.caller, input))
          : findStack(engine, call.caller, input.StackName).desired?.template;
      if (template === undefined) throw validationError(`Stack ${input.StackName ?? ''} has no template yet`);
      return {
        Parameters: [...template.parameters].map(([key, definition]) => ({
          ...parameterAnswer(key, definition),
          ParameterType: definition.Type,
          ParameterConstraints:
            definition.AllowedValues === undefined ? {} : { AllowedValues: definition.AllowedValues },
        })),
        Description: template.description,
        ...capabilities(template),
        ResourceTypes: [...new Set([...template.resources.values()].map(({ Type }) => Type))],
        Version: template.version,
        Metadata: template.metadata === undefined ? undefined : JSON.stringify(template.metadata),
        DeclaredTransforms: [...template.transforms],
      };
    },
  });
}

function validate(engine: Engine): AnyOperation {
  return operation({
    command: ValidateTemplateCommand,
    accepts: ['TemplateBody', 'TemplateURL'],
    authorize: () => onAll('ValidateTemplate'),
    handle: async (input, call) => {
      const template = parseTemplate(await readTemplate(engine, call.caller, input));
      validateTemplate(template, engine.providers);
      return {
        Parameters: [...template.parameters].map(([key, definition]) => parameterAnswer(key, definition)),
        Description: template.description,
        ...capabilities(template),
        DeclaredTransforms: [],
      };
    },
  });
}

function parameterAnswer(key: string, { Default, NoEcho, Description }: ParameterDefinition) {
  return { ParameterKey: key, DefaultValue: Default, NoEcho: NoEcho ?? false, Description };
}

function capabilities(template: Template) {
  const needed = neededCapability(template);
  return needed === undefined
    ? { Capabilities: [] }
    : { Capabilities: [needed.capability], CapabilitiesReason: needed.reason };
}

/** A policy that allows everything is remembered; one that forbids something is refused, because none is enforced. */
function setPolicy(engine: Engine): AnyOperation {
  return operation({
    command: SetStackPolicyCommand,
    accepts: ['StackName', 'StackPolicyBody'],
    authorize: (input, call) => onStack(engine.stacks, 'SetStackPolicy', call, input.StackName),
    handle: async ({ StackName, StackPolicyBody = '' }, { caller }) => {
      const stack = engine.stacks.get(caller.account, caller.region, StackName ?? '');
      const { Statement } = engine.kernel.port.iam.parsePolicy(StackPolicyBody);
      if ([Statement].flat().some(({ Effect }) => Effect === 'Deny'))
        throw new NotImplemented('a stack policy that denies updates');
      stack.policy = StackPolicyBody;
      return {};
    },
  });
}

function getPolicy(engine: Engine): AnyOperation {
  return operation({
    command: GetStackPolicyCommand,
    accepts: ['StackName'],
    authorize: (input, call) => onStack(engine.stacks, 'GetStackPolicy', call, input.StackName),
    handle: async ({ StackName }, { caller }) => ({
      StackPolicyBody: engine.stacks.get(caller.account, caller.region, StackName ?? '').policy,
    }),
  });
}
