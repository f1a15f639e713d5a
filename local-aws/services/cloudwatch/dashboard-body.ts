import type { DashboardValidationMessage } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { metricsArray } from './dashboard-metrics.ts';

/**
 * What PutDashboard says of a body: errors, for which it is refused, and warnings of what is not known and is not drawn.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export interface Validation {
  readonly errors: readonly DashboardValidationMessage[];
  readonly warnings: readonly DashboardValidationMessage[];
}

const seconds = z.int().multipleOf(60).min(60);
const color = z.string().regex(/^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/);
const legend = z.looseObject({ position: z.enum(['right', 'bottom', 'hidden']) });
const axis = z.looseObject({
  label: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  showUnits: z.boolean().optional(),
});
const yAxis = z.looseObject({ left: axis.optional(), right: axis.optional() });
const side = z.enum(['left', 'right']);

function annotation<V extends z.ZodType, F extends z.ZodType>(value: V, fill: F) {
  const one = z.looseObject({
    value,
    label: z.string().optional(),
    color: color.optional(),
    fill: fill.optional(),
    yAxis: side.optional(),
    visible: z.boolean().optional(),
  });
  return z.array(z.union([one, z.tuple([one, one])])).optional();
}

const annotations = z
  .looseObject({
    alarms: z.array(z.string()).max(1).optional(),
    horizontal: annotation(z.number(), z.enum(['above', 'below', 'none'])),
    vertical: annotation(z.iso.datetime({ offset: true }), z.enum(['before', 'after', 'none'])),
  })
  .refine(
    ({ alarms, horizontal, vertical }) =>
      (alarms ?? []).length === 0 || (horizontal === undefined && vertical === undefined),
    'Should NOT have both an alarm and other annotations',
  );

const metric = z
  .looseObject({
    accountId: z.string().optional(),
    annotations: annotations.optional(),
    liveData: z.boolean().optional(),
    legend: legend.optional(),
    metrics: metricsArray.optional(),
    period: seconds.optional(),
    region: z.string(),
    sparkline: z.boolean().optional(),
    stacked: z.boolean().optional(),
    stat: z.string().optional(),
    table: z
      .looseObject({
        layout: z.enum(['vertical', 'horizontal']).optional(),
        stickySummary: z.boolean().optional(),
        showTimeSeriesData: z.boolean().optional(),
        summaryColumns: z.array(z.enum(['MIN', 'MAX', 'SUM', 'AVG'])).optional(),
      })
      .optional(),
    timezone: z
      .string()
      .regex(/^[+-]\d{4}$/)
      .optional(),
    title: z.string().optional(),
    view: z.enum(['timeSeries', 'singleValue', 'gauge', 'bar', 'pie', 'table']).optional(),
    yAxis: yAxis.optional(),
    // What the console and the CDK write beside what that page has.
    setPeriodToTimeRange: z.boolean().optional(),
    singleValueFullPrecision: z.boolean().optional(),
    trend: z.boolean().optional(),
    start: z.string().optional(),
    end: z.string().optional(),
  })
  .superRefine(({ metrics, annotations: marks, view, yAxis: axes }, context) => {
    const missing = (path: string[], name: string): void =>
      context.addIssue({ code: 'custom', path, message: `Should have required property '${name}'` });
    const alarms = marks?.alarms ?? [];
    if (metrics === undefined && alarms.length === 0) missing([], 'metrics');
    if (metrics !== undefined && alarms.length > 0)
      context.addIssue({
        code: 'custom',
        path: ['metrics'],
        message: 'Should NOT be there beside an alarm annotation',
      });
    if (view === 'gauge' && (axes?.left?.min === undefined || axes.left.max === undefined))
      missing(['yAxis', 'left'], axes?.left?.min === undefined ? 'min' : 'max');
  });

const text = z.looseObject({ markdown: z.string(), background: z.enum(['transparent', 'solid']).optional() });

const log = z.looseObject({
  accountId: z.string().optional(),
  region: z.string(),
  title: z.string().optional(),
  query: z.string(),
  view: z.enum(['table', 'timeSeries', 'bar', 'pie']).optional(),
  // What the console and the CDK write beside what that page has.
  stacked: z.boolean().optional(),
  queryLanguage: z.string().optional(),
});

const alarm = z.looseObject({
  alarms: z.array(z.string()).min(1).max(100),
  sortBy: z.enum(['default', 'stateUpdatedTimestamp', 'timestamp']).optional(),
  states: z.array(z.enum(['ALARM', 'INSUFFICIENT_DATA', 'OK'])).optional(),
  title: z.string().optional(),
});

const explorer = z.looseObject({
  aggregateBy: z.looseObject({ key: z.string(), func: z.enum(['AVG', 'MIN', 'MAX', 'STDDEV', 'SUM']) }).optional(),
  labels: z.array(z.looseObject({ key: z.string(), value: z.string().optional() })),
  metrics: z
    .array(z.looseObject({ metricName: z.string(), resourceType: z.string(), stat: z.string().optional() }))
    .min(1)
    .max(100),
  period: seconds.optional(),
  splitBy: z.string().optional(),
  title: z.string().optional(),
  widgetOptions: z
    .looseObject({
      legend: legend.optional(),
      rowsPerPage: z.int().optional(),
      stacked: z.boolean().optional(),
      view: z.enum(['timeSeries', 'bar', 'pie']).optional(),
      widgetsPerRow: z.int().optional(),
    })
    .optional(),
});

const properties = { metric, text, log, alarm, explorer } as const;

const place = {
  x: z.int().min(0).max(23).optional(),
  y: z.int().min(0).optional(),
  width: z.int().min(1).max(24).optional(),
  height: z.int().min(1).max(1000).optional(),
};
const widget = z
  .looseObject({
    type: z.enum(['metric', 'text', 'log', 'alarm', 'explorer']),
    ...place,
    properties: z.looseObject({}),
  })
  .superRefine(({ x, y }, context) => {
    if ((x === undefined) !== (y === undefined))
      context.addIssue({ code: 'custom', message: `Should have required property '${x === undefined ? 'x' : 'y'}'` });
  });

const variable = z.looseObject({
  type: z.enum(['property', 'pattern']),
  inputType: z.enum(['input', 'select', 'radio']),
  id: z.string().regex(/^[0-9A-Za-z_-]{1,32}$/),
  label: z.string().max(30).optional(),
  values: z
    .array(
      z.looseObject({ value: z.union([z.string(), z.number(), z.boolean()]), label: z.string().max(255).optional() }),
    )
    .min(1)
    .max(500)
    .optional(),
  search: z.string().max(2048).optional(),
  populateFrom: z.string().optional(),
  visible: z.boolean().optional(),
});

const body = z
  .looseObject({
    widgets: z.array(widget).max(500),
    variables: z.array(variable).max(25).optional(),
    start: z.string().optional(),
    end: z.iso.datetime({ offset: true }).optional(),
    periodOverride: z.enum(['auto', 'inherit']).optional(),
  })
  .superRefine(({ start, end }, context) => {
    if (end !== undefined && start === undefined)
      context.addIssue({ code: 'custom', message: "Should have required property 'start'" });
    const relative = /^-(PT\d+[MH]|P\d+[DWM])$/;
    const absolute = z.iso.datetime({ offset: true });
    if (start !== undefined && !(end === undefined && relative.test(start)) && !absolute.safeParse(start).success)
      context.addIssue({ code: 'custom', path: ['start'], message: 'Should match a relative or an absolute time' });
  });

/** Judges a dashboard's body. */
export function validateDashboard(json: string): Validation {
  const read = parse(json);
  if (read === undefined)
    return { errors: [{ Message: 'The field DashboardBody must be a valid JSON object' }], warnings: [] };
  const whole = body.safeParse(read.value, { reportInput: true });
  if (!whole.success) return { errors: whole.error.issues.map((issue) => describe(issue, [])), warnings: [] };
  const each = whole.data.widgets.map(({ type, properties: given }, index) => {
    const at = ['widgets', index, 'properties'];
    const known = new Set(Object.keys(properties[type].shape));
    const checked = properties[type].safeParse(given, { reportInput: true });
    return {
      errors: checked.success ? [] : checked.error.issues.map((issue) => describe(issue, at)),
      warnings: Object.keys(given)
        .filter((name) => !known.has(name))
        .map((name) => ({ DataPath: pathOf([...at, name]), Message: `Unknown property ${name}, it is ignored` })),
    };
  });
  return { errors: each.flatMap(({ errors }) => errors), warnings: each.flatMap(({ warnings }) => warnings) };
}

function parse(json: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part)}`).join('');
}

/** Words as CloudWatch's schema check has them. */
function describe(issue: z.core.$ZodIssue, at: readonly PropertyKey[]): DashboardValidationMessage {
  const path = [...at, ...issue.path];
  const DataPath = pathOf(path);
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? { DataPath: pathOf(path.slice(0, -1)), Message: `Should have required property '${String(path.at(-1))}'` }
        : { DataPath, Message: `Should be ${issue.expected}` };
    case 'too_big':
      return { DataPath, Message: limit(issue.origin, `${issue.maximum}`, 'more', '<=') };
    case 'too_small':
      return { DataPath, Message: limit(issue.origin, `${issue.minimum}`, 'fewer', '>=') };
    case 'invalid_value':
      return { DataPath, Message: 'Should be equal to one of the allowed values' };
    case 'not_multiple_of':
      return { DataPath, Message: `Should be multiple of ${issue.divisor}` };
    default:
      return { DataPath, Message: issue.message };
  }
}

function limit(origin: string, bound: string, than: string, sign: string): string {
  return origin === 'array' ? `Should NOT have ${than} than ${bound} items` : `Should be ${sign} ${bound}`;
}
