"""The overlays as kustomize renders them; `python rendered.py dev` prints one as JSON."""

import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
KUBERNETES = ROOT / "deploy" / "k8s"
OVERLAYS = sorted(folder.name for folder in (KUBERNETES / "overlays").iterdir())

# What is built where no tool is on the PATH.
KUSTOMIZE = "sigs.k8s.io/kustomize/kustomize/v5@v5.8.0"


@functools.cache
def kustomize():
    """The command that renders: kustomize, else kubectl with one of version 5 inside, else one that Go builds, once."""
    if found := shutil.which("kustomize"):
        return [found, "build"]
    if (found := shutil.which("kubectl")) and "Kustomize Version: v5" in output(found, "version", "--client"):
        return [found, "kustomize"]
    tools = pathlib.Path(os.environ.get("FOURFOLD_TOOLS") or pathlib.Path.home() / ".cache/fourfold/bin")
    built = tools / "kustomize"
    if not built.exists():
        go = shutil.which("go")
        assert go, "neither kustomize nor kubectl is on the PATH, and there is no Go tool to build one"
        print("Building kustomize, once; this takes a minute or two ...", file=sys.stderr)
        tools.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=tools) as draft:
            environment = {**os.environ, "GOBIN": draft, "CGO_ENABLED": "0"}
            subprocess.run([go, "install", "-ldflags", "-s -w", KUSTOMIZE], env=environment, check=True)
            os.replace(pathlib.Path(draft) / "kustomize", built)
    return [str(built), "build"]


@functools.cache
def overlay(name):
    """Every object of an overlay; its example of secrets stands where a user's would."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "k8s"
        shutil.copytree(KUBERNETES, copy, ignore=shutil.ignore_patterns("secrets"))
        example = copy / "overlays" / name / "secrets.example"
        if example.exists():
            example.rename(example.with_name("secrets"))
        return list(yaml.safe_load_all(output(*kustomize(), str(copy / "overlays" / name))))


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout


def of_kind(objects, *kinds):
    return [one for one in objects if one["kind"] in kinds]


def named(objects, kind, name):
    return next(one for one in of_kind(objects, kind) if one["metadata"]["name"] == name)


def pod_templates(objects):
    """Name and pod template of everything that runs pods of its own."""
    return [(one["metadata"]["name"], one["spec"]["template"]) for one in of_kind(objects, "Deployment", "StatefulSet")]


if __name__ == "__main__":
    json.dump(overlay(sys.argv[1]), sys.stdout, default=str)
