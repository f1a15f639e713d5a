import { orCondition } from '../conditions.ts';
import { resourceProblem, templateProblem } from '../model/errors.ts';
import { ref } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { filled, isFilled, isMap, isText, mapOf, type Fields } from '../model/values.ts';

const KINDS = ['SHARED', 'PER_API', 'NONE'];
const PROPERTIES = ['CreateUsagePlan', 'Description', 'Quota', 'Tags', 'Throttle', 'UsagePlanName'];
const CONDITION = 'SharedUsagePlanCondition';

/** The one usage plan of all APIs that share it. */
export class SharedPlan {
  readonly #apis: { readonly id: string; readonly stage: string; readonly attributes: Fields }[] = [];

  /** @returns what the plan, the key and their link are with one more API @throws Problem */
  add(id: string, stage: string, attributes: Fields, conditions: Fields): PlanOf {
    if (isText(attributes.Condition) && Object.keys(conditions).length === 0)
      throw templateProblem("Can't have condition without having 'Conditions' section in the template");
    this.#apis.push({ id, stage, attributes });
    return {
      apis: this.#apis,
      ids: { plan: 'ServerlessUsagePlan', key: 'ServerlessApiKey', link: 'ServerlessUsagePlanKey' },
      attributes: this.#attributes(conditions),
    };
  }

  #attributes(conditions: Fields): Fields {
    const strictest = (name: string, order: readonly string[]) => {
      const found = order.find((policy) => this.#apis.some(({ attributes }) => attributes[name] === policy));
      return found === undefined ? {} : { [name]: found };
    };
    return {
      ...strictest('DeletionPolicy', ['Retain', 'Delete']),
      ...strictest('UpdateReplacePolicy', ['Retain', 'Snapshot', 'Delete']),
      ...this.#condition(conditions),
    };
  }

  #condition(conditions: Fields): Fields {
    const names = this.#apis.map(({ attributes }) => attributes.Condition);
    delete conditions[CONDITION];
    if (!names.every(isText)) return {};
    const [only, ...others] = [...new Set(names)];
    if (only === undefined) return {};
    if (others.length === 0) conditions[CONDITION] = only;
    else Object.assign(conditions, orCondition(CONDITION, [only, ...others]));
    return { Condition: CONDITION };
  }
}

interface PlanOf {
  readonly apis: readonly { readonly id: string; readonly stage: string }[];
  readonly ids: { readonly plan: string; readonly key: string; readonly link: string };
  readonly attributes: Fields;
}

/** The usage plan of an API's `Auth`, and its key. @throws Problem */
export function usagePlan(
  id: string,
  auth: unknown,
  stage: string,
  attributes: Fields,
  { sharedPlan, conditions }: { readonly sharedPlan: SharedPlan; readonly conditions: Fields },
): readonly Made[] {
  const given = isFilled(auth) ? mapOf(auth).UsagePlan : undefined;
  if (given === undefined || given === null) return [];
  const properties = requirePlan(id, given);
  if (properties.CreateUsagePlan === 'NONE') return [];
  const own: PlanOf = {
    apis: [{ id, stage }],
    ids: { plan: `${id}UsagePlan`, key: `${id}ApiKey`, link: `${id}UsagePlanKey` },
    attributes,
  };
  const isShared = properties.CreateUsagePlan === 'SHARED';
  return makePlan(properties, isShared ? sharedPlan.add(id, stage, attributes, conditions) : own);
}

function requirePlan(id: string, given: unknown): Fields {
  if (!isMap(given)) throw resourceProblem(id, "'UsagePlan' must be a dictionary");
  if (Object.keys(given).some((key) => !PROPERTIES.includes(key)))
    throw resourceProblem(id, "Invalid property for 'UsagePlan'");
  const { CreateUsagePlan: kind } = given;
  if (kind === undefined || kind === null)
    throw resourceProblem(id, "'CreateUsagePlan' is a required field for UsagePlan.");
  if (isText(kind) && KINDS.includes(kind)) return given;
  throw resourceProblem(id, `'CreateUsagePlan' accepts one of [${KINDS.map((one) => `'${one}'`).join(', ')}].`);
}

function makePlan(properties: Fields, { apis, ids, attributes }: PlanOf): readonly Made[] {
  const make = (id: string, type: string, dependsOn: readonly string[], own: Fields): Made => ({
    ...{ id, type: `AWS::ApiGateway::${type}`, dependsOn, attributes, properties: own },
  });
  const said = ['UsagePlanName', 'Description', 'Quota', 'Tags', 'Throttle'];
  return [
    make(ids.plan, 'UsagePlan', [...new Set(apis.map(({ id }) => id))], {
      ApiStages: apis.map(({ id, stage }) => ({ ApiId: ref(id), Stage: ref(stage) })),
      ...Object.fromEntries(said.map((name) => [name, filled(properties[name])])),
    }),
    make(ids.key, 'ApiKey', [ids.plan], {
      Enabled: true,
      StageKeys: apis.map(({ id, stage }) => ({ RestApiId: ref(id), StageName: ref(stage) })),
    }),
    make(ids.link, 'UsagePlanKey', [ids.key], { KeyId: ref(ids.key), KeyType: 'API_KEY', UsagePlanId: ref(ids.plan) }),
  ];
}
