/** Types whose replacement or removal loses data, or an address that clients use. */
const stateful =
  /^AWS::(DynamoDB::(Global)?Table|S3::Bucket|SQS::Queue|SNS::Topic|Kinesis::Stream|RDS::\w+|DocDB::\w+|Neptune::\w+|EFS::FileSystem|ElastiCache::\w+|MemoryDB::Cluster|OpenSearchService::Domain|OpenSearchServerless::Collection|Cognito::UserPool|SecretsManager::Secret|KMS::Key|SSM::Parameter|Logs::LogGroup|Events::EventBus|Timestream::\w+|Redshift::Cluster|QLDB::Ledger|Backup::BackupVault|ECR::Repository|ApiGateway::RestApi|ApiGatewayV2::Api)$/;

/** Is a resource of this type worth something by what it holds, or by its address? */
export function isStateful(type: string): boolean {
  return stateful.test(type);
}
