import type { Kernel } from '../../kernel/kernel.ts';
import type { Service } from '../../kernel/service.ts';
import { changeSetOperations } from './change-set-operations.ts';
import { changeSetQueries } from './describe-change-sets.ts';
import { stackQueries } from './describe-stacks.ts';
import { customResource } from './custom/custom-resource.ts';
import { Responses } from './custom/responses.ts';
import type { Engine } from './engine.ts';
import type { ResourceProvider } from './provider.ts';
import { createProviders } from './providers.ts';
import { RecordedResources, type RecordedResource } from './recorded/recorded-resources.ts';
import { Tokens } from './requests.ts';
import { allResources } from './resources/all.ts';
import { stackOperations } from './stack-operations.ts';
import { Stacks } from './stacks.ts';
import { templateOperations } from './template-operations.ts';
import type { Transforms } from './transform.ts';

export interface CloudFormationOptions {
  /** Refuses templates with types that nothing here simulates, instead of recording them. */
  readonly strict?: boolean | undefined;
  /** What expands templates that name it; none when left out. */
  readonly transforms?: Transforms | undefined;
}

/**
 * CloudFormation: stacks and change sets over the resource providers in `resources/`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html
 */
export function createCloudFormation(
  kernel: Kernel,
  resources: readonly ResourceProvider[] = allResources,
  options: CloudFormationOptions = {},
): { readonly services: Service[]; readonly recorded: () => readonly RecordedResource[] } {
  const recorded = new RecordedResources();
  const responses = new Responses(kernel);
  const engine: Engine = {
    kernel,
    providers: createProviders(resources, { recorded, custom: customResource(responses) }, options),
    stacks: new Stacks(kernel),
    transforms: options.transforms ?? {},
  };
  const tokens = new Tokens();
  return {
    recorded: () => recorded.list(),
    services: [
      {
        signingName: 'cloudformation',
        documentation:
          'AWS CloudFormation: stacks, change sets with property-level changes, rollback, exports, custom resources, templates in JSON and YAML ' +
          'with the transforms that it is given in change sets, without nested stacks. Types that do not behave are recorded, and so are properties of which nothing comes here. ' +
          'https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html',
        operations: [
          ...stackOperations(engine, tokens),
          ...changeSetOperations(engine, tokens),
          ...changeSetQueries(engine),
          ...stackQueries(engine),
          ...templateOperations(engine),
        ],
        takeUnsigned: (request) => responses.take(request),
      },
    ],
  };
}
