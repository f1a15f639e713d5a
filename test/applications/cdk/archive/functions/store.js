exports.handler = async () => {
  const { COLOR: color, PAGES: pages, SHELF: shelf } = process.env;
  return { color, pages, shelf, version: '1.0.0' };
};
