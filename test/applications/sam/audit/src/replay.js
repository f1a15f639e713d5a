exports.handler = async () => 'replayed';
