"""The Dockerfile and the compose file: pinned images, no root, the same services as everywhere."""

import json
import re

import rendered
import yaml

DOCKERFILE = (rendered.ROOT / "deploy/docker/Dockerfile").read_text().replace("\\\n", " ")


def instructions(word):
    return [line.split(None, 1)[1] for line in DOCKERFILE.splitlines() if line.startswith(word + " ")]


def test_images_are_pinned_to_a_version():
    stages = set()
    for line in instructions("FROM"):
        image, _, stage = line.partition(" AS ")
        assert image in stages or re.fullmatch(r"[\w./-]+:\d+\.\d+[\w.-]*", image), image
        stages.add(stage)


def test_what_runs_is_not_root_and_has_no_shell_between():
    (user,) = instructions("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    (entry,) = instructions("ENTRYPOINT")
    assert json.loads(entry)[0] == "java"
    template = dict(rendered.pod_templates(rendered.overlay("dev")))["gateway"]
    assert template["spec"]["securityContext"]["runAsUser"] == int(user.partition(":")[0])


def test_every_service_can_be_built_and_no_other():
    (build,) = [line for line in instructions("RUN") if "case" in line]
    for name in ("metadata-svc", "metrics-svc", "logs-svc", "cache-svc", "artifacts-svc"):
        assert re.search(rf"[ |]{name}[|)]", build)
        assert (rendered.ROOT / name / "server/src/main/process").exists()
    assert (rendered.ROOT / "gateway/src/main/process").exists()


def compose():
    return yaml.safe_load((rendered.ROOT / "deploy/compose/compose.yaml").read_text())


def test_compose_has_the_same_services_stores_and_images_as_dev():
    services = compose()["services"]
    templates = dict(rendered.pod_templates(rendered.overlay("dev")))
    assert services.keys() == templates.keys()
    for name, service in services.items():
        assert service["image"] == templates[name]["spec"]["containers"][0]["image"], name
        assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"], name


def test_compose_opens_the_gateway_alone_and_says_no_password():
    told = [rendered.ROOT / "docs/configuration.md", rendered.ROOT / "gateway/README.md", *rendered.ROOT.glob("*-svc/README.md")]
    documented = set(re.findall(r"FOURFOLD_[A-Z0-9_]+", "".join(file.read_text() for file in told)))
    assert compose()["services"]["gateway"]["environment"]["FOURFOLD_SECURITY_SIGN_IN"] == "required"
    for name, service in compose()["services"].items():
        assert ("ports" in service) == (name == "gateway"), name
        assert "inside" in service["networks"], name
        for variable, value in service.get("environment", {}).items():
            assert variable in documented or not variable.startswith("FOURFOLD_"), variable
            if re.search("PASSWORD|MONGO_URL|REDIS_URL", variable):
                assert ":?" in value, variable
        if "build" in service:
            assert service["build"]["args"] == {"SERVICE": name}
            assert service["read_only"] is True, name
