"""SAM's own translator. Reads a JSON list of {template, parameters, region} and writes one of {template} or {errors}."""

import json
import logging
import sys

from boto3 import Session
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

logging.disable(logging.CRITICAL)


def expand(request):
    translator = Translator({}, Parser(), [], Session(region_name=request["region"]))
    try:
        return {"template": translator.translate(request["template"], request["parameters"])}
    except InvalidDocumentException as problem:
        return {"errors": [cause.message for cause in problem.causes]}


json.dump([expand(request) for request in json.load(sys.stdin)], sys.stdout)
