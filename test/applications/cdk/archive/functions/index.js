// Version 1.0.0. Begins what takes a while; the CDK's framework asks the other function whether it is done.
exports.handler = async ({ RequestType, PhysicalResourceId, ResourceProperties }) => ({
  PhysicalResourceId: RequestType === 'Create' ? `catalog-${ResourceProperties.Bucket}` : PhysicalResourceId,
});
