"""What every object of every overlay keeps to, and what must agree between them."""

import re

import pytest
import rendered
import schemas

OURS = ["gateway", "metadata-svc", "metrics-svc", "logs-svc", "cache-svc", "artifacts-svc"]
JOURNALS = {"metrics-svc": "METRICS", "logs-svc": "LOGS"}
MANAGEMENT = 5100


def containers(template):
    return [*template["spec"].get("initContainers", []), *template["spec"]["containers"]]


def settings(objects, container):
    """The environment of a container that is known before it starts: from ConfigMaps, and literal."""
    found = {}
    for source in container.get("envFrom", []):
        found.update(rendered.named(objects, "ConfigMap", source["configMapRef"]["name"])["data"])
    found.update({one["name"]: one["value"] for one in container.get("env", []) if "value" in one})
    return found


def ours(objects):
    return [(name, template) for name, template in rendered.pod_templates(objects) if name in OURS]


def test_each_object_is_right_by_its_own_schema(objects):
    wrong = {f"{one['kind']} {one['metadata']['name']}": found for one in objects if (found := schemas.complaints(one))}
    assert not wrong


def test_all_that_is_ours_is_there(objects):
    assert {name for name, _ in ours(objects)} == set(OURS)
    assert {one["metadata"]["name"] for one in rendered.of_kind(objects, "StatefulSet")} >= set(JOURNALS)
    for kind in ("PodDisruptionBudget", "ServiceAccount", "Service"):
        assert {one["metadata"]["name"] for one in rendered.of_kind(objects, kind)} >= set(OURS)


def test_pods_respect_pod_security_restricted(objects):
    namespace = rendered.named(objects, "Namespace", "fourfold")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    allowed = {"configMap", "downwardAPI", "emptyDir", "persistentVolumeClaim", "projected", "secret", "name"}
    for name, template in rendered.pod_templates(objects):
        pod = template["spec"]
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys(), name
        security = pod["securityContext"]
        assert security["runAsNonRoot"] is True and security["runAsUser"] > 0, name
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"sysctls", "seLinuxOptions", "windowsOptions"} & security.keys(), name
        for volume in pod.get("volumes", []):
            assert volume.keys() <= allowed, (name, volume)
        for container in containers(template):
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False, name
            assert own["capabilities"] == {"drop": ["ALL"]}, name
            assert not {"privileged", "runAsUser", "runAsNonRoot", "procMount"} & own.keys(), name
            assert not any("hostPort" in port for port in container.get("ports", [])), name


def test_containers_are_bounded_pinned_probed_and_change_nothing_of_their_image(objects):
    for name, template in rendered.pod_templates(objects):
        assert template["spec"]["automountServiceAccountToken"] is False, name
        for container in containers(template):
            assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
            tag = container["image"].rpartition(":")[2]
            assert re.fullmatch(r"v?\d+\.\d+[\w.-]*", tag), (name, container["image"])
            assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), name
            assert {"cpu", "memory"} <= container["resources"]["limits"].keys(), name
        for container in template["spec"]["containers"]:
            assert {"livenessProbe", "readinessProbe", "startupProbe"} <= container.keys(), name
            mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
            assert "/tmp" in mounted, name


def test_probes_of_ours_ask_the_port_of_management(objects):
    for name, template in ours(objects):
        (container,) = template["spec"]["containers"]
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        assert ports["management"] == MANAGEMENT, name
        for probe, path in (("startup", "liveness"), ("liveness", "liveness"), ("readiness", "readiness")):
            get = dict(container[probe + "Probe"]["httpGet"])
            # Of the hosts that the gateway lets in, this one needs no setting.
            host = [{"name": "Host", "value": "localhost"}] if name == "gateway" else None
            assert get.pop("httpHeaders", None) == host, name
            assert get == {"path": "/health/" + path, "port": "management"}, name


def test_ports_are_those_that_the_settings_say(objects):
    for name, template in ours(objects):
        (container,) = template["spec"]["containers"]
        known = settings(objects, container)
        ports = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
        word = name.removesuffix("-svc").upper()
        assert ports["http"] == known["FOURFOLD_PORT" if name == "gateway" else f"FOURFOLD_{word}_PORT"]
        assert ports["management"] == known[f"FOURFOLD_{word}_MANAGEMENT_PORT"]


def test_everybody_signs_in(objects):
    (container,) = rendered.named(objects, "Deployment", "gateway")["spec"]["template"]["spec"]["containers"]
    assert settings(objects, container)["FOURFOLD_SECURITY_SIGN_IN"] == "required"


def test_services_find_pods_and_their_ports(objects):
    templates = rendered.pod_templates(objects)
    for service in rendered.of_kind(objects, "Service"):
        selector = service["spec"]["selector"].items()
        chosen = [one for _, one in templates if selector <= one["metadata"]["labels"].items()]
        assert len(chosen) == 1, service["metadata"]["name"]
        names = {port["name"] for one in containers(chosen[0]) for port in one.get("ports", [])}
        numbers = {port["name"]: port["containerPort"] for one in containers(chosen[0]) for port in one.get("ports", [])}
        for port in service["spec"]["ports"]:
            assert port["targetPort"] in names, service["metadata"]["name"]
            assert numbers[port["targetPort"]] == port["port"], service["metadata"]["name"]


def test_variables_are_documented(objects):
    files = [rendered.ROOT / "docs/configuration.md", *rendered.ROOT.glob("*-svc/README.md")]
    files.append(rendered.ROOT / "gateway/README.md")
    told = set(re.findall(r"FOURFOLD_[A-Z0-9_]+", "".join(file.read_text() for file in files)))
    for name, template in ours(objects):
        (container,) = template["spec"]["containers"]
        used = set(settings(objects, container)) | {one["name"] for one in container.get("env", [])}
        assert used - told <= {"POD_INDEX"}, name


def test_secrets_are_referred_to_and_never_in_the_base(objects):
    base = rendered.KUBERNETES / "base"
    assert not any("kind: Secret\n" in file.read_text() for file in rendered.KUBERNETES.rglob("*.yaml"))
    assert not any(re.search("PASSWORD|SECRET|TOKEN|_KEY", file.read_text()) for file in base.glob("config/*.env"))
    for name, template in rendered.pod_templates(objects):
        for container in containers(template):
            for one in container.get("env", []):
                if re.search("PASSWORD|SECRET|TOKEN|_KEY|MONGO_URL|REDIS_URL", one["name"]):
                    assert "secretKeyRef" in one.get("valueFrom", {}), (name, one["name"])


def test_instances_have_one_owner_list(objects):
    """The number of replicas, the second number of each instance, and the gateway's list say the same."""
    (gateway,) = rendered.named(objects, "Deployment", "gateway")["spec"]["template"]["spec"]["containers"]
    for name, word in JOURNALS.items():
        workload = rendered.named(objects, "StatefulSet", name)["spec"]
        (container,) = workload["template"]["spec"]["containers"]
        known = settings(objects, container)
        count = workload["replicas"]
        assert workload["ordinals"] == {"start": 1}
        assert known[f"FOURFOLD_{word}_INSTANCE"] == f"$(POD_INDEX)/{count}"
        names = [one["name"] for one in container["env"]]
        assert names.index("POD_INDEX") < names.index(f"FOURFOLD_{word}_INSTANCE")
        port = container["ports"][0]["containerPort"]
        expected = ",".join(f"http://{name}-{number}.{name}:{port}" for number in range(1, count + 1))
        assert settings(objects, gateway)[f"FOURFOLD_{word}_URL"] == expected
        service = rendered.named(objects, "Service", workload["serviceName"])["spec"]
        # An instance whose store is away is not ready, and must be reached: it takes what is sent into its journal.
        assert service["clusterIP"] == "None" and service["publishNotReadyAddresses"] is True
        folder = known[f"FOURFOLD_{word}_JOURNAL_FOLDER"]
        assert [mount["name"] for mount in container["volumeMounts"] if folder.startswith(mount["mountPath"])] == ["journal"]
        size = workload["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"]
        assert int(size.removesuffix("Gi")) << 30 >= 2 * int(known[f"FOURFOLD_{word}_JOURNAL_MAX_BYTES"])
        assert workload["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}


def test_only_what_has_no_journal_scales_by_itself(objects):
    scaled = {one["spec"]["scaleTargetRef"]["name"] for one in rendered.of_kind(objects, "HorizontalPodAutoscaler")}
    assert not scaled & set(JOURNALS)
    for name in scaled:
        assert "replicas" not in rendered.named(objects, "Deployment", name)["spec"], name


def test_connections_stay_within_those_of_postgresql(objects):
    """Replicas times pool within 80 % of max_connections, at the highest; and the services count the same at their start."""
    known = {name: settings(objects, containers(template)[0]) for name, template in ours(objects)}
    pools = {
        "metadata-svc": int(known["metadata-svc"].get("FOURFOLD_METADATA_CONNECTIONS", 60)),
        "metrics-svc": int(known["metrics-svc"].get("FOURFOLD_METRICS_POSTGRES_CONNECTIONS", 60)),
    }
    # One more while a new version comes up; a StatefulSet has never more than its number.
    most = {one["metadata"]["name"]: one["spec"]["maxReplicas"] + 1 for one in rendered.of_kind(objects, "HorizontalPodAutoscaler")}
    most["metrics-svc"] = rendered.named(objects, "StatefulSet", "metrics-svc")["spec"]["replicas"]
    used = {name: most[name] * pool for name, pool in pools.items()}
    assert int(known["metadata-svc"]["FOURFOLD_METADATA_INSTANCES"]) == most["metadata-svc"]
    assert int(known["metadata-svc"]["FOURFOLD_POSTGRES_OTHER_CONNECTIONS"]) == used["metrics-svc"]
    assert int(known["metrics-svc"]["FOURFOLD_METRICS_POSTGRES_OTHER_CONNECTIONS"]) == used["metadata-svc"]
    clusters = rendered.of_kind(objects, "Cluster")
    if clusters:
        allowed = int(clusters[0]["spec"]["postgresql"]["parameters"]["max_connections"])
    else:
        (container,) = rendered.named(objects, "StatefulSet", "postgresql")["spec"]["template"]["spec"]["containers"]
        allowed = int(next(arg for arg in container["args"] if arg.startswith("max_connections=")).partition("=")[2])
    assert sum(used.values()) <= allowed * 0.8
    # All of them may meet at one replica, where metadata-svc has as large a pool, and a connection that looks at it.
    assert most["metadata-svc"] * (pools["metadata-svc"] + 1) <= allowed * 0.8


def test_disks_are_as_large_as_their_services_think(objects):
    sizes = {one["metadata"]["name"]: one["spec"]["storage"]["size"] for one in rendered.of_kind(objects, "Cluster")}
    for one in rendered.of_kind(objects, "StatefulSet"):
        sizes[one["metadata"]["name"]] = one["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"]
    told = {}
    for _, template in ours(objects):
        known = settings(objects, containers(template)[0])
        told.update({name: size for name, size in known.items() if name.startswith("FOURFOLD_DISK_")})
    # MongoDB says it by itself.
    assert told == {f"FOURFOLD_DISK_{store.upper()}": sizes[store] for store in ("postgresql", "influxdb", "redis")}


def test_no_drain_takes_two_members_of_a_store_and_their_lag_may_be_asked_for():
    objects = rendered.overlay("ha")
    # CloudNativePG makes its own.
    assert {one["metadata"]["name"] for one in rendered.of_kind(objects, "PodDisruptionBudget")} >= {"redis", "mongodb"}
    members = rendered.named(objects, "MongoDBCommunity", "mongodb")["spec"]
    budget = rendered.named(objects, "PodDisruptionBudget", "mongodb")["spec"]["selector"]["matchLabels"].items()
    assert budget <= members["statefulSet"]["spec"]["template"]["metadata"]["labels"].items()
    (user,) = members["users"]
    assert {"name": "clusterMonitor", "db": "admin"} in user["roles"]
    initdb = rendered.named(objects, "Cluster", "postgresql")["spec"]["bootstrap"]["initdb"]
    assert f"GRANT pg_monitor TO {initdb['owner']}" in initdb["postInitSQL"]


# Who may open a connection to whom, by the labels of their pods: nothing else may be possible.
FLOWS = {
    ("gateway", "metadata-svc", 5101),
    ("gateway", "metrics-svc", 5102),
    ("gateway", "logs-svc", 5103),
    ("gateway", "cache-svc", 5104),
    ("gateway", "artifacts-svc", 5105),
    ("metadata-svc", "postgresql", 5432),
    ("metrics-svc", "postgresql", 5432),
    ("metrics-svc", "influxdb", 8086),
    ("logs-svc", "mongodb", 27017),
    ("cache-svc", "redis", 6379),
}


def test_network_policies_open_exactly_these_ways():
    objects = rendered.overlay("dev")
    policies = rendered.of_kind(objects, "NetworkPolicy")
    pods = {name: one["metadata"]["labels"] for name, one in rendered.pod_templates(objects)}
    named_ports = {
        name: {port["name"]: port["containerPort"] for container in containers(one) for port in container["ports"]}
        for name, one in rendered.pod_templates(objects)
    }

    def selects(selector, labels):
        if not selector.get("matchLabels", {}).items() <= labels.items():
            return False
        for rule in selector.get("matchExpressions", []):
            assert rule["operator"] == "In"
            if labels.get(rule["key"]) not in rule["values"]:
                return False
        return True

    def opens(direction, pod, other, port):
        ends = "from" if direction == "ingress" else "to"
        target = pod if direction == "ingress" else other
        for policy in policies:
            if not selects(policy["spec"]["podSelector"], pods[pod]):
                continue
            for rule in policy["spec"].get(direction, []):
                if ends in rule and not any(
                    "namespaceSelector" not in peer and selects(peer["podSelector"], pods[other]) for peer in rule[ends]
                ):
                    continue
                if "ports" not in rule or port in {named_ports[target].get(one["port"], one["port"]) for one in rule["ports"]}:
                    return True
        return False

    assert selects(rendered.named(objects, "NetworkPolicy", "default-deny")["spec"]["podSelector"], {})
    every = [(name, port) for name, ports in named_ports.items() for port in ports.values()]
    ways = [(source, target, port) for source in pods for target, port in every]
    # Each end by itself: neither may rest on the other's being closed.
    assert {way for way in ways if opens("egress", *way)} == FLOWS
    door = {(source, "gateway", 5000) for source in pods}
    assert {way for way in ways if opens("ingress", way[1], way[0], way[2])} == FLOWS | door


def test_prometheus_alone_reaches_management(objects):
    policy = rendered.named(objects, "NetworkPolicy", "management")["spec"]
    ((rule,)) = policy["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": "management"}]
    assert rule["from"][0]["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "prometheus"}
    assert set(policy["podSelector"]["matchExpressions"][0]["values"]) == set(OURS)


@pytest.mark.parametrize(
    ("kind", "name", "path", "value"),
    [
        ("Deployment", "gateway", ["spec", "template", "spec", "containers", 0, "readyProbe"], {}),
        ("Deployment", "gateway", ["spec", "revisionHistoryLimit"], "two"),
        ("StatefulSet", "metrics-svc", ["spec", "serviceName"], 7),
        ("NetworkPolicy", "default-deny", ["spec", "podSelector"], "all"),
    ],
)
def test_a_mistake_is_found(kind, name, path, value):
    """The schemas say no where they should."""
    thing = schemas.plain(rendered.named(rendered.overlay("dev"), kind, name))
    at = thing
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert schemas.complaints(thing)
