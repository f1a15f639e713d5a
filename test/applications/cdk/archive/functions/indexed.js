// Version 1.0.0. The first time that it is asked it is not done.
const asked = new Set();
exports.handler = async ({ RequestId }) => {
  const IsComplete = asked.has(RequestId);
  asked.add(RequestId);
  return IsComplete ? { IsComplete, Data: { Pages: '12' } } : { IsComplete };
};
