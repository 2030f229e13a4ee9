"""A real S3 server for the tests: Ceph's gateway over a monitor and one storage daemon in memory, on loopback.

It verifies signatures, payload hashes, clocks and session tokens. Everything lies in one folder and ends by `stop`.
"""

import json
import os
import random
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from contextlib import contextmanager, suppress
from types import SimpleNamespace

READY_S = 90
TRIES = 3
PORTS = range(20_000, 32_000)
SHARED = "STARLIFT_TESTS_S3"  # in the environment: the server that the processes of one test run share

# radosgw has to undo in its own section what the cluster's defaults are, or it hangs; a `public addr` would make
# the monitor ignore its port; without tcp_nodelay each GET takes 44 ms.
CLUSTER = """[global]
fsid = {fsid}
mon host = v1:127.0.0.1:{mon_port}
auth cluster required = none
auth service required = none
auth client required = none
ms bind msgr2 = false
ms mon client mode = crc
ms mon cluster mode = crc
ms mon service mode = crc
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
mon max pg per osd = 2000
osd crush chooseleaf type = 0
osd pool default pg num = 4
osd pool default pgp num = 4
log file = {folder}/$name.log
pid file =
admin socket =
run dir = {folder}
crash dir = {folder}
mon cluster log file = {folder}/cluster.log
keyring = {folder}/keyring
[mon.a]
mon data = {folder}/mon
mon data avail crit = 1
mon data avail warn = 2
[osd]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd class load list = *
osd class default list = *
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:{port} tcp_nodelay=1
rgw dns name = localhost
rgw data = {folder}/rgw
rgw relaxed region enforcement = true
rgw s3 auth use sts = true
rgw sts key = abcdefghijklmnop
rgw thread pool size = 32
rgw enable usage log = false
rgw enable gc threads = false
rgw lifecycle work time = 00:00-00:01
"""


class Radosgw:
    """`endpoint`, `access_key` and `secret_key` are what a client needs; `role_arn` can be assumed."""

    access_key = "STARLIFTTESTKEY00001"
    secret_key = "starlift/test+secret=0000000000000000001"

    def __init__(self, folder):
        self.folder = folder
        self.port, mon_port = free_ports(2)
        self.endpoint = f"http://localhost:{self.port}"
        self._processes = []
        for part in ("mon", "osd", "rgw"):
            os.makedirs(f"{folder}/{part}")
        self._config = f"{folder}/ceph.conf"
        self._fsid = str(uuid.uuid4())
        with open(self._config, "w") as file:
            file.write(CLUSTER.format(fsid=self._fsid, mon_port=mon_port, port=self.port, folder=folder))
        self._mon_port = mon_port

    def start(self):
        try:
            self._start_cluster()
            self._start_gateway()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        for process in reversed(self._processes):
            process.kill()  # nothing is to be kept
        for process in self._processes:
            process.wait()
        self._processes = []

    def _start_cluster(self):
        monmap = f"{self.folder}/monmap"
        self._call("monmaptool", "--create", "--addv", "a", f"[v1:127.0.0.1:{self._mon_port}]",
                   "--fsid", self._fsid, monmap)
        self._call("ceph-mon", "-i", "a", "--mkfs", "--monmap", monmap)
        self._spawn("ceph-mon", "-i", "a", "-f")
        osd_uuid = str(uuid.uuid4())
        self._call("ceph", "osd", "new", osd_uuid)
        self._call("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd_uuid)
        deadline_s = time.monotonic() + READY_S
        while not self._is_up(osd := self._spawn("ceph-osd", "-i", "0", "-f")):
            self._processes.remove(osd)
            assert time.monotonic() < deadline_s, f"ended with {osd.returncode}: {self._last_words('osd.0')}"

    def _is_up(self, osd):
        """Waits for it; False when it ended, as it does now and then, in most cases because it asked the monitor
        before it had the cluster's fsid."""
        deadline_s = time.monotonic() + READY_S
        with open(f"{self.folder}/osd.0.log") as log:
            while "state: booting -> active" not in log.read():
                assert time.monotonic() < deadline_s, self._last_words("osd.0")
                if osd.poll() is not None:
                    return False
                time.sleep(0.1)
        return True

    def _start_gateway(self):
        self._admin("user", "create", "--uid=tester", "--display-name=Tester", f"--access-key={self.access_key}",
                    f"--secret-key={self.secret_key}", "--caps=roles=*;user-policy=*")
        trust = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/tester"]}, "Action": ["sts:AssumeRole"]}]}
        role = self._admin("role", "create", "--role-name=reader", f"--assume-role-policy-doc={json.dumps(trust)}")
        self.role_arn = json.loads(role).get("Arn") or json.loads(role)["arn"]
        permission = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": ["s3:*"], "Resource": "arn:aws:s3:::*"}]}
        self._admin("role-policy", "put", "--role-name=reader", "--policy-name=read",
                    f"--policy-doc={json.dumps(permission)}")
        self._spawn("radosgw", "-n", "client.rgw", "-f")
        deadline_s = time.monotonic() + READY_S
        while not self._is_ready():
            assert time.monotonic() < deadline_s, self._last_words("client.rgw")
            assert self._processes[-1].poll() is None, self._last_words("client.rgw")
            time.sleep(0.1)

    def _is_ready(self):
        try:
            with urllib.request.urlopen(self.endpoint, timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def _admin(self, *arguments):
        return self._call("radosgw-admin", "-n", "client.rgw", *arguments)

    def _call(self, program, *arguments):
        command = [program, *([] if program == "monmaptool" else ["-c", self._config]), *arguments]
        for _ in range(TRIES):
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True, timeout=READY_S)
            if "EPERM" not in done.stderr:  # what a client gets that asks the monitor before it has the cluster's fsid
                break
        assert done.returncode == 0, f"{program} {arguments}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def _spawn(self, program, *arguments):
        with open(f"{self.folder}/{program}.out", "w") as output:
            process = subprocess.Popen(
                [program, "-c", self._config, *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self._processes.append(process)
        return process

    def _last_words(self, name):
        with open(f"{self.folder}/{name}.log") as file:
            return f"{name} does not answer:\n" + "".join(file.readlines()[-20:])


@contextmanager
def s3_server(folder):
    """Yields the one that this run's processes share, else one that ends with the block and lies in the folder."""
    if known := os.environ.get(SHARED):
        yield SimpleNamespace(**json.loads(known))
        return
    server = Radosgw(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def shared_s3_server(folder):
    """Has it used by all that this process starts meanwhile: each would take 14 s to start."""
    with s3_server(folder) as server:
        os.environ[SHARED] = json.dumps({name: getattr(server, name) for name in (
            "endpoint", "port", "access_key", "secret_key", "role_arn")})
        try:
            yield server
        finally:
            del os.environ[SHARED]


def free_ports(count):
    """Ports below those that the system gives to whoever asks: nobody else gets one before its server has it."""
    ports = []
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            ports.append(port)
        if len(ports) == count:
            return ports
    raise RuntimeError("no ports are free")
