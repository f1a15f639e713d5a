exports.handler = async () => ({ probed: true, version: '1.0.0' });
