const { S3Client, GetObjectCommand } = require('@aws-sdk/client-s3');

const client = new S3Client();
const version = '1.0.0';

exports.handler = async ({ Records }) => {
  for (const { s3 } of Records) {
    const Key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
    const { ContentLength } = await client.send(new GetObjectCommand({ Bucket: s3.bucket.name, Key }));
    console.log(JSON.stringify({ key: Key, bytes: ContentLength, version }));
  }
};
