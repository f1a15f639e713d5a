exports.handler = async () => ({ counted: true, version: '1.0.0' });
