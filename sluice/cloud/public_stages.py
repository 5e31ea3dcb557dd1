"""The stages of the API that a packaged template would open to the public, behind SAM's transform."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

# What the transform takes in place of the files that a deployment uploads.
_UPLOADED = "s3://code/uploaded.zip"
_FILES = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


def named(packaged: Path, region: str) -> list[str]:
    """The names of the stages of the packaged template in this file, each once and in order."""
    return sorted(set(_names(translated(json.loads(packaged.read_text(encoding="utf-8")), region))))


def translated(template: dict[str, Any], region: str) -> dict[str, Any]:
    """The template as CloudFormation sees it behind SAM's transform."""
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] in _FILES:
            resource["Properties"][_FILES[resource["Type"]]] = _UPLOADED
    # Of a session it reads the region alone, and asks AWS for nothing.
    translator = Translator({}, Parser(), boto_session=SimpleNamespace(region_name=region))
    made: dict[str, Any] = translator.translate(sam_template=template, parameter_values={})
    return made


def _names(template: dict[str, Any]) -> Iterator[str]:
    """Of the stages, and of the deployments: one that names a stage opens it without throttle, log or alarm."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] in ("AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment") and "StageName" in properties:
            yield str(properties["StageName"])
