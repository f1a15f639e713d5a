exports.describe = (work) => JSON.stringify(work);
