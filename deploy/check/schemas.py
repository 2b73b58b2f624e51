"""Kubernetes' own schemas, and those of the operators whose objects the overlays use, out of the operators' own modules."""

import functools
import json
import pathlib
import shutil
import subprocess

import jsonschema
import kubernetes_validate
import yaml

# Kubernetes' version; 1.31 is the oldest that has all that is used (a StatefulSet's first ordinal).
VERSIONS = ["1.31", "1.37"]

# An operator's group: its Go module with the version that the overlays are written for, and the folder of its definitions.
OPERATORS = {
    "postgresql.cnpg.io": ("github.com/cloudnative-pg/cloudnative-pg@v1.27.1", "config/crd/bases"),
    "mongodbcommunity.mongodb.com": ("github.com/mongodb/mongodb-kubernetes-operator@v0.13.0", "config/crd/bases"),
    "monitoring.coreos.com": (
        "github.com/prometheus-operator/prometheus-operator@v0.85.0",
        "example/prometheus-operator-crd",
    ),
}


def complaints(thing):
    """What is wrong with an object, in words; nothing where it is right."""
    group = thing["apiVersion"].rpartition("/")[0]
    if group in OPERATORS:
        schema = definition(group, thing["apiVersion"].rpartition("/")[2], thing["kind"])
        found = jsonschema.Draft202012Validator(schema).iter_errors(plain(thing))
        return [f"{error.json_path}: {error.message}" for error in found]
    found = []
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(plain(thing), version, strict=True)
        except kubernetes_validate.ValidationError as error:
            found.append(f"{version}: {'/'.join(map(str, error.path))}: {error.message}")
    return found


def plain(thing):
    """As it would cross the wire."""
    return json.loads(json.dumps(thing, default=str))


@functools.cache
def definition(group, version, kind):
    for file in module(group).glob("*.yaml"):
        for document in yaml.safe_load_all(file.read_text()):
            spec = (document or {}).get("spec", {})
            if spec.get("group") == group and spec["names"]["kind"] == kind:
                for one in spec["versions"]:
                    if one["name"] == version:
                        return strict(one["schema"]["openAPIV3Schema"], root=True)
    raise AssertionError(f"{group} defines no {kind} of {version}")


@functools.cache
def module(group):
    """The folder of an operator's definitions; Go fetches its module, once."""
    name, folder = OPERATORS[group]
    go = shutil.which("go")
    assert go, "Go fetches the operators' definitions: install it"
    done = subprocess.run([go, "mod", "download", "-json", name], capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, f"{name}: {done.stdout} {done.stderr}"
    return pathlib.Path(json.loads(done.stdout)["Dir"]) / folder


def strict(schema, root=False):
    """A structural schema as JSON Schema that refuses what Kubernetes would prune."""
    made = {}
    for key, value in schema.items():
        if key == "properties":
            made[key] = {name: strict(one) for name, one in value.items()}
        elif key == "items" or (key == "additionalProperties" and isinstance(value, dict)):
            made[key] = strict(value)
        elif key in ("anyOf", "oneOf", "allOf"):
            made[key] = value
        elif key == "not" or not key.startswith("x-") and key not in ("description", "format", "default", "nullable"):
            made[key] = value
    if schema.get("x-kubernetes-int-or-string"):
        made.pop("type", None)
        made["type"] = ["integer", "string"]
    if root:
        made["properties"] = {**made.get("properties", {}), "metadata": {"type": "object"}}
    closed = "properties" in made and "additionalProperties" not in made
    if closed and not schema.get("x-kubernetes-preserve-unknown-fields"):
        made["additionalProperties"] = False
    return made
