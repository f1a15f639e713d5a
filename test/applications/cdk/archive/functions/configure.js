/** Answers CloudFormation, as whoever makes a resource has to. */
exports.handler = async (event) => {
  const { ResponseURL, StackId, RequestId, LogicalResourceId, PhysicalResourceId = 'settings' } = event;
  const answer = {
    Status: 'SUCCESS',
    StackId,
    RequestId,
    LogicalResourceId,
    PhysicalResourceId,
    Data: { Color: 'green' },
  };
  await fetch(ResponseURL, { method: 'PUT', body: JSON.stringify(answer) });
};
