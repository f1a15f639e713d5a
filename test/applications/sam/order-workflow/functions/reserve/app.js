exports.lambdaHandler = async ({ id }) => ({ id, held: true });
