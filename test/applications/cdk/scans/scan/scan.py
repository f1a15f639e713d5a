import json

VERSION = "1.0.0"


def handler(event, context):
    for record in event["Records"]:
        print(json.dumps({"scanned": record["s3"]["object"]["key"], "version": VERSION}))
