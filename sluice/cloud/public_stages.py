"""The stages of the API that a packaged template would open to the public, behind SAM's transform."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

# Other doors to the public, of which a stage has none.
_OTHERS = ("AWS::ApiGatewayV2::Api", "AWS::Lambda::Url")
# What is in place of the files that a deployment uploads.
_UPLOADED = {
    "AWS::Serverless::Function": {"CodeUri": "s3://code/uploaded.zip"},
    "AWS::Serverless::LayerVersion": {"ContentUri": "s3://code/uploaded.zip"},
    "AWS::CloudFormation::Stack": {"TemplateURL": "https://code.s3.amazonaws.com/uploaded.json"},
}


def named(packaged: Path, region: str) -> list[str]:
    """What the packaged template in this file opens to the public: its stages by name, anything else by its type.

    A stage's deployment may name the stage, too, and counts with it.
    """
    resources = translated(json.loads(packaged.read_text(encoding="utf-8")), region)["Resources"].values()
    stages = [_name(one) for one in resources if one["Type"] == "AWS::ApiGateway::Stage"]
    deployed = {_name(one) for one in resources if one["Type"] == "AWS::ApiGateway::Deployment"} - {*stages, ""}
    return sorted([*stages, *deployed, *(one["Type"] for one in resources if one["Type"] in _OTHERS)])


def translated(template: dict[str, Any], region: str) -> dict[str, Any]:
    """The template as CloudFormation sees it behind SAM's transform."""
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        resource.get("Properties", {}).update(_UPLOADED.get(resource["Type"], {}))
    # It reads only the region from a session, and asks AWS for nothing.
    translator = Translator({}, Parser(), boto_session=SimpleNamespace(region_name=region))
    made: dict[str, Any] = translator.translate(sam_template=template, parameter_values={})
    return made


def _name(resource: dict[str, Any]) -> str:
    return str(resource.get("Properties", {}).get("StageName", ""))
