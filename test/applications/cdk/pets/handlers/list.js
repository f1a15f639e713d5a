const { answer } = require('./answer');

exports.handler = async () => answer({ pets: ['rex'] });
