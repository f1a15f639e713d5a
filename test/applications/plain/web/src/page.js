exports.handler = async ({ rawPath }) => ({ page: rawPath, version: '1.0.0' });
