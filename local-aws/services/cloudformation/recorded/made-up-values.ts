import { createHash } from 'node:crypto';
import type { Properties, ResourceContext } from '../provider.ts';
import { type PropertyType, type ResourceSpecification } from '../specification/specification.ts';
import { isRecord } from '../values.ts';
import { servicePrefix } from './service-prefix.ts';
import type { Origin } from './recorded-resources.ts';
import { attributeShapes, idShapes } from './shapes.ts';

/** What the values of one recorded resource are made of. */
interface Material {
  readonly specification: ResourceSpecification;
  readonly properties: Properties;
  readonly origin: Origin;
  readonly place: Pick<ResourceContext, 'account' | 'region'>;
}

/**
 * Ids, ARNs, addresses and other attributes of a resource that does not exist: of the shape that AWS gives them, in its account and
 * region, no two the same, and the same again for the same origin.
 */
export class MadeUpValues {
  constructor(private readonly material: Material) {}

  /** What `Ref` gives; several identifiers are joined as CloudFormation joins them. */
  physicalId(): string {
    const { identifier } = this.material.specification;
    if (identifier.length === 0) return this.material.origin.name;
    return identifier.map((name) => this.textAt(name)).join('|');
  }

  /** Every attribute that the specification lists. */
  attributes(): Readonly<Record<string, unknown>> {
    const { attributes } = this.material.specification;
    return Object.fromEntries(Object.entries(attributes).map(([path, { type }]) => [path, this.valueOf(path, type)]));
  }

  /** Its ARN, where the specification knows its pattern. */
  arn(): string | undefined {
    const { arn } = this.material.specification;
    return arn === undefined ? undefined : this.fill(arn);
  }

  /** An ARN's pattern with what is known of this resource: its place, its properties and identifiers; `*` for the rest. */
  fill(pattern: string): string {
    const { account, region } = this.material.place;
    const known: Readonly<Record<string, string>> = { Partition: 'aws', Region: region, Account: account };
    return pattern.replace(/\$\{(\w+)\}/g, (_, name: string) => known[name] ?? this.namedIn(name) ?? '*');
  }

  /** The text of a property or attribute. */
  private textAt(path: string): string {
    const given = this.given(path);
    if (typeof given === 'string' || typeof given === 'number') return String(given);
    return this.text(path);
  }

  /** The value that the template gives a property. */
  given(path: string): unknown {
    return path
      .split('.')
      .reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), this.material.properties);
  }

  private valueOf(path: string, type: PropertyType): unknown {
    const given = this.given(path);
    if (given !== undefined) return given;
    switch (type.type) {
      case 'boolean':
        return false;
      case 'integer':
      case 'number':
        return 1;
      case 'array':
        return path.split('.').length > DEEPEST ? [] : [this.valueOf(path, type.element)];
      case 'ref': {
        const members = Object.entries(this.material.specification.members(type));
        if (path.split('.').length > DEEPEST) return {};
        return Object.fromEntries(
          members.map(([name, member]) => [name, this.valueOf(`${path}.${name}`, member.type)]),
        );
      }
      case 'map':
      case 'json':
      case 'union':
      case 'tag':
      case 'null':
        return {};
      case 'string':
      case 'date-time':
        return this.text(path);
    }
  }

  private text(path: string): string {
    const { specification, origin } = this.material;
    const shape = attributeShapes[specification.type]?.[path];
    if (shape !== undefined) return this.shaped(shape, path);
    if (this.isOwn(path, 'Id')) return this.ownId();
    if (this.isOwn(path, 'Name') || (specification.identifier.includes(path) && path in specification.properties))
      return origin.name;
    if (this.isOwn(path, 'Arn')) return this.arn() ?? this.arnOf(specification.name, this.ownId());
    return this.byName(path);
  }

  /** What a value is can be told by what it is called. */
  private byName(path: string): string {
    const name = path.split('.').at(-1) ?? path;
    const { origin, place, specification } = this.material;
    const host = `${this.shaped('{lower:12}', path)}.${servicePrefix(specification)}.${place.region}.amazonaws.com`;
    if (/Arns?$/i.test(name)) return this.arnOf(name.replace(/Arns?$/i, ''), this.shaped('{uuid}', path));
    if (/ur[il]$/i.test(name)) return `https://${host}`;
    if (/HostedZoneID$/i.test(name)) return this.shaped('Z{upper:20}', path);
    if (/(endpoints?|address|domain(name)?|dns(name)?|host(name)?)$/i.test(name)) return host;
    if (/port$/i.test(name)) return '443';
    if (/(time|date|timestamp|At)$/.test(name.replace(/(Time|Date|Timestamp)$/, (end) => end.toLowerCase())))
      return new Date(origin.madeAt).toISOString();
    if (/version(number)?$/i.test(name)) return '1';
    if (/(status|state)$/i.test(name)) return 'ACTIVE';
    if (/(account|owner)(id)?$/i.test(name)) return place.account;
    if (/region$/i.test(name)) return place.region;
    if (/name$/i.test(name)) return origin.name;
    return this.shaped('{uuid}', path);
  }

  /** `UserPoolId`, `Id` and, of a security group, `GroupId`. */
  private isOwn(path: string, ending: 'Id' | 'Name' | 'Arn'): boolean {
    const { name } = this.material.specification;
    return new RegExp(`${ending}$`, 'i').test(path) && endsAlike(`${name}${ending}`, path);
  }

  private ownId(): string {
    const { type } = this.material.specification;
    const shape = idShapes[type] ?? idShapes[type.replace(/::\w+$/, '')] ?? '{uuid}';
    return this.shaped(shape, 'its own id');
  }

  private arnOf(kind: string, id: string): string {
    const { place, specification } = this.material;
    const path = kind.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
    return `arn:aws:${servicePrefix(specification)}:${place.region}:${place.account}:${path === '' ? '' : `${path}/`}${id}`;
  }

  /** The value of what an ARN's pattern calls by a longer or shorter name than the type does (`${StreamName}` is `Name`). */
  private namedIn(variable: string): string | undefined {
    const { specification } = this.material;
    const { properties, attributes, identifier } = specification;
    const exact = [...Object.keys(properties), ...Object.keys(attributes)].find((name) => sameName(name, variable));
    const own = [...identifier, ...Object.keys(attributes)].filter((name) => !/arn$/i.test(name));
    const found = exact ?? own.find((name) => endsAlike(variable, name) || endsAlike(name, variable));
    if (found === undefined) return this.isOwn(variable, 'Id') ? this.ownId() : undefined;
    const text = this.given(found);
    // A parent that is given by its ARN is called by its last part in another's.
    return typeof text === 'string' ? (text.split(/[:/]/).at(-1) ?? text) : this.textAt(found);
  }

  private shaped(shape: string, path: string): string {
    const { account, region } = this.material.place;
    return shape.replace(/\{([\w.]+)(?::(\d+))?\}/g, (_, name: string, count?: string) => {
      if (name === 'region') return region;
      if (name === 'account') return account;
      if (name === 'octet') return String(1 + (Number.parseInt(this.random('hex', 4, path), 16) % 254));
      if (name === 'uuid') return asUuid(this.random('hex', 32, path));
      return count === undefined ? this.textAt(name) : this.random(name, Number(count), `${path} ${shape}`);
    });
  }

  /** Characters that only the origin decides. */
  private random(alphabet: string, count: number, what: string): string {
    const letters = ALPHABETS[alphabet];
    if (letters === undefined) throw new Error(`No letters are called ${alphabet}`);
    const { seed } = this.material.origin;
    const bytes: number[] = [];
    for (let round = 0; bytes.length < count; round++)
      bytes.push(
        ...createHash('sha256')
          .update(JSON.stringify([seed, what, round]))
          .digest(),
      );
    return bytes
      .slice(0, count)
      .map((byte) => letters[byte % letters.length])
      .join('');
  }
}

/** Deeper attributes are left empty. */
const DEEPEST = 4;

const ALPHABETS: Readonly<Record<string, string>> = {
  hex: '0123456789abcdef',
  digits: '0123456789',
  lower: 'abcdefghijklmnopqrstuvwxyz0123456789',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  mixed: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
};

function asUuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function endsAlike(longer: string, shorter: string): boolean {
  return longer.toLowerCase().endsWith(shorter.toLowerCase());
}
