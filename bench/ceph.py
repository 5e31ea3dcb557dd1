"""Ceph's RADOS Gateway on loopback: a real S3 server of another make, from Debian's packages, in a temporary folder."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import create_server
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PACKAGES = ("radosgw", "ceph-mon", "ceph-osd")
COMMAND_SECONDS = 60
# One monitor, one OSD in memory, no manager, no keys. Messenger 1 alone: 2 wants an address that loopback does not give.
CONFIGURATION = """
[global]
fsid = {cluster}
mon_host = [v1:127.0.0.1:{monitor_port}]
ms_bind_msgr2 = false
public_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
rgw_rados_pool_pg_num_min = 8
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
osd_objectstore = memstore
osd_crush_chooseleaf_type = 0
osd_crush_update_on_start = false
osd_class_update_on_start = false
mon_data = {folder}/mon
osd_data = {folder}/osd
run_dir = {folder}
keyring = {folder}/keyring
admin_socket = {folder}/$name.asok
log_file = {folder}/$name.log
[client.rgw]
rgw_data = {folder}/rgw
rgw_frontends = beast endpoint=127.0.0.1:{port}
"""


@contextmanager
def gateway() -> Iterator[int]:
    """The port of a running gateway with one user; everything that was started ends with it."""
    _install()
    with TemporaryDirectory() as name, ExitStack() as running:
        folder, port = Path(name), free_port()
        configuration = folder / "ceph.conf"
        cluster, disk = uuid4(), uuid4()
        _configure(configuration, cluster=cluster, folder=folder, port=port, monitor_port=free_port())
        _start_monitor(running, configuration)
        _start_disk(running, configuration, str(disk))
        _start_gateway(running, configuration, port)
        yield port


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _install() -> None:
    if shutil.which("radosgw") is None:
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], check=True)


def _configure(configuration: Path, **values: object) -> None:
    configuration.write_text(CONFIGURATION.format(**values))
    for folder in ("mon", "osd", "rgw"):
        (configuration.parent / folder).mkdir()


def _start_monitor(running: ExitStack, configuration: Path) -> None:
    text = configuration.read_text()
    cluster = text.partition("fsid = ")[2].split()[0]
    address = text.partition("mon_host = ")[2].split()[0]
    monitors = str(configuration.parent / "monmap")
    _run("monmaptool", "--create", "--addv", "a", address, "--fsid", cluster, monitors)
    _run("ceph-mon", "-i", "a", "--mkfs", "--monmap", monitors, "-c", str(configuration))
    _serve(running, configuration, "ceph-mon", "-i", "a")


def _start_disk(running: ExitStack, configuration: Path, disk: str) -> None:
    _run("ceph", "-c", str(configuration), "osd", "new", disk)
    # We add it: an OSD that does so at its start is too early one time in five, and ends without knowing the cluster's id.
    _run("ceph", "-c", str(configuration), "osd", "crush", "add", "osd.0", "1", "host=local", "root=default")
    # The monitor refuses a disk whose id differs from the registered one.
    _run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk, "-c", str(configuration))
    _serve(running, configuration, "ceph-osd", "-i", "0")


def _start_gateway(running: ExitStack, configuration: Path, port: int) -> None:
    user = ("--uid=tenant", "--display-name=tenant", f"--access-key={ACCESS_KEY}", f"--secret-key={SECRET_KEY}")
    _run("radosgw-admin", "-c", str(configuration), "user", "create", *user)
    _serve(running, configuration, "radosgw", "-n", "client.rgw")
    _wait_for(port)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=COMMAND_SECONDS)


def _serve(running: ExitStack, configuration: Path, *command: str) -> None:
    """Start a daemon in the foreground, and end it when the stack unwinds."""
    process = subprocess.Popen(
        [*command, "-f", "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    running.callback(process.wait)
    # Nothing of it is to be kept, and a monitor without its disk takes long to end in order.
    running.callback(process.kill)


def _wait_for(port: int) -> None:
    deadline = monotonic() + COMMAND_SECONDS
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/"):
                return
        except URLError:
            if monotonic() > deadline:
                raise
            sleep(0.2)
