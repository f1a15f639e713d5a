import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startLocalAws } from 'local-aws';

const aws = await startLocalAws();
const credentials = aws.administrator('111111111111');
const s3 = new S3Client({ endpoint: aws.endpoint, region: 'us-east-1', credentials });
await s3.send(new CreateBucketCommand({ Bucket: 'notes' }));
await s3.send(new PutObjectCommand({ Bucket: 'notes', Key: 'hello.txt', Body: 'Hello from S3' }));
const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'notes', Key: 'hello.txt' }));
console.log(await Body?.transformToString());
await aws.close();
