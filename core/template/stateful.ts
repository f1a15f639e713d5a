import { statefulTypes } from './specification/table.ts';

/**
 * Types whose replacement or removal loses data, or an address that clients use, although AWS's specification does not call them
 * stateful.
 */
const further =
  /^AWS::(SNS::Topic|RDS::\w+|DocDB::\w+|Neptune::\w+|ElastiCache::\w+|MemoryDB::Cluster|OpenSearchServerless::Collection|SSM::Parameter|Events::EventBus|Timestream::\w+|ECR::Repository|ApiGateway::RestApi|ApiGatewayV2::Api|AppSync::(GraphQLApi|Api))$/;

/** Is a resource of this type worth something by what it holds, or by its address? */
export function isStateful(type: string): boolean {
  return statefulTypes.includes(type) || further.test(type);
}
