"""Starts what the overlay `dev` starts, each from its own jar, with the arguments of the image and exactly the
environment, ports, probes and memory limit of its pod, and asks the probes as Kubernetes does.

A pod's address is one of the loopback's, so that each has all its ports. Names of services become those addresses, and
names of stores those of stores that run on this machine: STORE_POSTGRESQL=127.0.0.1:5432 and so on. Volumes become
folders. Secrets come from outside here too: SECRET_FOURFOLD_POSTGRES_PASSWORD and so on. PROMETHEUS is the address of one that
scrapes every pod's port of management, in jobs named as the overlay `ha` names them.
"""

import base64
import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import rendered
import yaml

ORDER = ["metadata-svc", "metrics-svc", "logs-svc", "cache-svc", "artifacts-svc", "gateway"]
# What the startup probes allow.
LIMIT = 300
# A name that the gateway lets in without a setting.
LOCAL = {"Host": "localhost"}
ADMINISTRATOR = re.compile(r"administrator is '(\S+)' with the password (\S+) ")


class Pod:
    def __init__(self, name, number, folder, objects):
        (container,) = dict(rendered.pod_templates(objects))[name]["spec"]["containers"]
        self.name = name
        self.address = f"127.42.0.{number}"
        self.container = container
        self.folder = folder / name
        self.log = self.folder / "log"
        self.work = self.folder / "work"
        self.ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        self.process = None

    def start(self, objects, pods):
        self.work.mkdir(parents=True)
        java = pathlib.Path(os.environ["JAVA_HOME"]) / "bin" / "java"
        module = self.name if self.name == "gateway" else f"{self.name}/server"
        replaced = {"java": str(java), "/app/service.jar": str(rendered.ROOT / module / "target" / f"{self.name}.jar")}
        command = [replaced.get(word, word) for word in entrypoint()]
        # What the container's limit is to a JVM inside it.
        command.insert(1, f"-XX:MaxRAM={memory(self.container['resources']['limits']['memory'])}")
        environment = {"PATH": os.environ["PATH"], **self.environment(objects, pods)}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env=environment, cwd=self.work, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def environment(self, objects, pods):
        found = {}
        for source in self.container.get("envFrom", []):
            found.update(rendered.named(objects, "ConfigMap", source["configMapRef"]["name"])["data"])
        for one in self.container.get("env", []):
            if "value" in one:
                found[one["name"]] = re.sub(r"\$\((\w+)\)", lambda name: found[name[1]], one["value"])
            elif "fieldRef" in one["valueFrom"]:
                # The first ordinal, which is what the label of a StatefulSet's first pod says.
                assert one["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.labels['apps.kubernetes.io/pod-index']"
                found[one["name"]] = str(rendered.named(objects, "StatefulSet", self.name)["spec"]["ordinals"]["start"])
            else:
                secret = one["valueFrom"]["secretKeyRef"]
                # Without the hash that kustomize adds to what it makes.
                name = re.sub(r"-[0-9a-z]{10}$", "", secret["name"])
                value = os.environ.get(f"SECRET_{name}_{secret['key']}".upper().replace("-", "_"))
                assert value is not None or secret.get("optional"), (self.name, secret)
                if value is not None:
                    found[one["name"]] = value
        return {name: self.mapped(value, pods) for name, value in found.items()}

    def mapped(self, value, pods):
        """The same value with this machine's addresses and folders."""
        if value == "0.0.0.0":
            return self.address
        for mount in self.container["volumeMounts"]:
            if value.startswith(mount["mountPath"] + "/"):
                return str(self.folder / "volumes") + value
        for pod in pods:
            value = re.sub(rf"//(?:{pod.name}-1\.)?{pod.name}:", f"//{pod.address}:", value)
        for store in ("postgresql", "influxdb"):
            value = re.sub(rf"//{store}:\d+", "//" + os.environ["STORE_" + store.upper()], value)
        return value

    def ask(self, probe):
        """The status that the kubelet would get."""
        get = self.container[probe]["httpGet"]
        headers = {one["name"]: one["value"] for one in get.get("httpHeaders", [])}
        return status(f"http://{self.address}:{self.ports[get['port']]}{get['path']}", headers)

    def has_been_asked(self):
        """Whether its metrics tell of the probes: scraped as Prometheus does, by the pod's address."""
        metrics = f"http://{self.address}:{self.ports['management']}/prometheus"
        scraped = urllib.request.urlopen(metrics, timeout=60).read().decode()
        return re.search(r'^http_server_request_duration_seconds_count\{.*http_route="/health', scraped, re.MULTILINE)

    def await_status(self, probe, wanted):
        deadline = time.monotonic() + LIMIT
        while (got := self.ask(probe)) != wanted:
            assert self.process.poll() is None, f"{self.name} ended:\n{self.log.read_text()}"
            assert time.monotonic() < deadline, f"{probe} of {self.name}: {got}\n{self.log.read_text()}"
            time.sleep(0.1)

    def stop(self):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()


def entrypoint():
    text = (rendered.ROOT / "deploy/docker/Dockerfile").read_text()
    return json.loads(re.search(r"^ENTRYPOINT (\[.*])$", text, re.MULTILINE)[1])


def memory(quantity):
    number, unit = re.fullmatch(r"(\d+)(Mi|Gi)", quantity).groups()
    return int(number) << {"Mi": 20, "Gi": 30}[unit]


def status(address, headers=None):
    try:
        return urllib.request.urlopen(urllib.request.Request(address, headers=headers or {}), timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


@contextlib.contextmanager
def paused(pid):
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def administrator(gateway):
    """Who the gateway made first, and told its log of."""
    deadline = time.monotonic() + LIMIT
    while not (told := ADMINISTRATOR.search(gateway.log.read_text())):
        assert time.monotonic() < deadline, gateway.log.read_text()
        time.sleep(0.1)
    return base64.b64encode(f"{told[1]}:{told[2]}".encode()).decode()


def main(folder):
    objects = rendered.overlay("dev")
    pods = [Pod(name, number, folder, objects) for number, name in enumerate(ORDER, 1)]
    try:
        for pod in pods:
            pod.start(objects, pods)
        for pod in pods:
            # As Kubernetes does: the others only once the first has succeeded.
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                pod.await_status(probe, 200)
            elsewhere = status(f"http://{pod.address}:{pod.ports['http']}/health/readiness", LOCAL)
            assert elsewhere in (401, 403, 404), f"{pod.name} has probes on its own port: {elsewhere}"
            print(f"{pod.name} is ready")
        for pod in pods:
            assert pod.has_been_asked(), f"{pod.name} does not say how long its requests took"
        look(pods)
        for pod in pods:
            assert not list(pod.work.iterdir()), f"{pod.name} writes outside its volumes"
    finally:
        for pod in reversed(pods):
            pod.stop()


def look(pods):
    """Through the door, with all stores and with one away."""
    by_name = {pod.name: pod for pod in pods}
    gateway = by_name["gateway"]
    door = f"http://{gateway.address}:{gateway.ports['http']}"
    headers = {**LOCAL, "Authorization": "Basic " + administrator(gateway), "Content-Type": "application/json"}

    def send(path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(door + path, data=data, headers=headers, method=method)
        # Who sends a file gets nothing back.
        return json.loads(urllib.request.urlopen(request, timeout=60).read() or b"null")

    def await_away(*parts):
        """Until health names these and no others: a busy machine may keep a store silent for a second."""
        deadline = time.monotonic() + LIMIT
        while (away := {one["part"] for one in send("/api/v1/health")["stores"] if not one["available"]}) != {*parts}:
            assert time.monotonic() < deadline, away
            time.sleep(0.1)

    assert status(door + "/health", LOCAL) == 200
    assert status(door + "/api/v1/health", LOCAL) == 401
    await_away()
    run = send("/api/2.0/mlflow/runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
    for store, service in (("redis", "cache-svc"), ("influxdb", "metrics-svc")):
        with paused(int(os.environ[f"PID_{store.upper()}"])):
            by_name[service].await_status("readinessProbe", 503)
            assert by_name[service].ask("livenessProbe") == 200
            assert gateway.ask("readinessProbe") == 200
            await_away(store)
            # What is logged meanwhile is taken, by a metrics-svc that is not ready too.
            point = {"run_id": run, "key": store, "value": 1, "timestamp": 1, "step": 1}
            send("/api/2.0/mlflow/runs/log-metric", point)
        by_name[service].await_status("readinessProbe", 200)
        print(f"with {store} away {service} is not ready, and the gateway is")
    send(f"/api/v1/runs/{run}/logs", [{"writer": "w", "sequence": 0, "message": "hello"}])
    send(f"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/note", "hello", "PUT")
    send("/api/2.0/mlflow/runs/get?run_id=" + run)
    watch(pods)
    # As Kubernetes does with one that is not ready: nobody reaches it.
    by_name["cache-svc"].stop()
    await_away("redis")
    assert gateway.ask("readinessProbe") == 200
    send("/api/2.0/mlflow/runs/get?run_id=" + run)


# Which service asks which store.
STORES = {
    "metadata-svc": "postgresql",
    "metrics-svc": "influxdb",
    "logs-svc": "mongodb",
    "cache-svc": "redis",
    "artifacts-svc": "artifacts",
}


def watch(pods):
    """What one Prometheus has of all processes: every query of the dashboards of platform and recovery, and of every alert."""
    for pod in pods:
        await_value(f'up{{job="fourfold-{pod.name}"}} == 1')
        await_value(f'http_server_request_duration_seconds_count{{job="fourfold-{pod.name}"}}')
    for service, store in STORES.items():
        await_value(f'db_query_duration_seconds_count{{job="fourfold-{service}", store="{store}"}} > 0')
        await_value(f'db_connections_active{{job="fourfold-{service}", store="{store}"}}')
    queries = asked_by_dashboards() + asked_by_alerts()
    for query in queries:
        await_value(query)
    print(f"one Prometheus has an answer to each of {len(queries)} queries")


def asked_by_dashboards():
    found = []
    for file in sorted((rendered.ROOT / "deploy/grafana/dashboards").glob("*.json")):
        for panel in json.loads(file.read_text())["panels"]:
            targets = panel.get("targets", [])
            found += [target["expr"] for target in targets if target["datasource"]["type"] == "prometheus"]
    return found


def asked_by_alerts():
    """What is compared: while all is well the comparison itself gives nothing. No store of `dev` has a replica that could lag."""
    groups = yaml.safe_load((rendered.ROOT / "deploy/prometheus/rules.yaml").read_text())["groups"]
    found = []
    for rule in (rule for group in groups for rule in group["rules"] if rule["alert"] != "FourfoldReplicaLags"):
        compared, comparisons = re.subn(r"\s(>|<|==)\s*[\d.]+\s*$", "", rule["expr"])
        assert comparisons == 1, rule
        found.append(compared)
    return found


def await_value(query):
    address = os.environ["PROMETHEUS"] + "/api/v1/query?" + urllib.parse.urlencode({"query": query})
    deadline = time.monotonic() + 60
    while not json.load(urllib.request.urlopen(address, timeout=10))["data"]["result"]:
        assert time.monotonic() < deadline, f"Prometheus has nothing for {query}"
        time.sleep(0.2)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
