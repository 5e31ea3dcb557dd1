"""botocore's files of models, read faster: the same content."""

import json
from pathlib import Path

import boto3
import pytest
from botocore import loaders

from chalicelib import botocore_files

NAMES = [
    *("endpoints", "partitions", "_retry", "sdk-default-configuration"),
    *(
        f"{service}/{kind}"
        for service in ("s3/2006-03-01", "dynamodb/2012-08-10")
        for kind in ("service-2", "endpoint-rule-set-1")
    ),
    *("kinesis/2013-12-02/service-2", "kms/2014-11-01/service-2", "ssm/2014-11-06/service-2"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_the_same_content_in_the_same_order(name):
    path = str(Path(loaders.__file__).parent / "data" / name)
    theirs = loaders.JSONFileLoader().load_file(path)
    assert json.dumps(botocore_files.Files().load_file(path)) == json.dumps(theirs)
    assert theirs


def test_a_file_that_is_not_packed_is_read_as_it_is(tmp_path):
    (tmp_path / "x.json").write_text('{"a": [1, "é"]}', encoding="utf-8")
    assert botocore_files.Files().load_file(str(tmp_path / "x")) == {"a": [1, "é"]}


def test_a_file_that_is_not_there_is_none(tmp_path):
    assert botocore_files.Files().load_file(str(tmp_path / "x")) is None


def test_a_workers_clients_are_made_of_what_it_reads(monkeypatch):
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    botocore_files.read_fast()
    assert boto3.client("s3", region_name="eu-west-1").meta.endpoint_url == "https://s3.eu-west-1.amazonaws.com"
    assert isinstance(boto3.DEFAULT_SESSION._session.get_component("data_loader").file_loader, botocore_files.Files)
