"""The command line: `python3 -m k8s <command>`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from k8s import demo, deploy, doctor, image_builds, lifecycle, process, python_environment, status, up
from k8s.cluster import PORTS, Cluster
from k8s.errors import ClusterError
from k8s.progress import Progress


@dataclass(frozen=True)
class Command:
    """A subcommand: its help, what it does (returning the exit code), and what adds its arguments."""

    help: str
    run: Callable[[argparse.Namespace], int]
    add_arguments: Callable[[argparse.ArgumentParser], None] = lambda _: None


def _add_cluster(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cluster", choices=list(PORTS), default="podflow", help="default: %(default)s")


def _add_tools(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tool", nargs="+", help="helm, kind, or another directory of k8s/go")


def _add_images(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("image", nargs="*", help="a directory of images/; default: all")
    parser.add_argument("--registry", help="push to this registry, e.g. registry.example/team")
    parser.add_argument("--tag", help="the tag in that registry; default: each image's content tag")
    parser.add_argument("--print-values", action="store_true", help="only print the Helm values that name these images")


def _doctor(_: argparse.Namespace) -> int:
    return doctor.report()


def _up(arguments: argparse.Namespace) -> int:
    doctor.check()
    up.bring_up(arguments.cluster)
    return 0


def _down(arguments: argparse.Namespace) -> int:
    lifecycle.delete(Cluster(arguments.cluster))
    return 0


def _status(_: argparse.Namespace) -> int:
    return status.report()


def _images(arguments: argparse.Namespace) -> int:
    registry = image_builds.Registry(arguments.registry, arguments.tag) if arguments.registry else None
    if arguments.print_values:
        print(image_builds.helm_values(arguments.image, registry), end="")
        return 0
    with Progress() as progress:
        images = image_builds.ensure(arguments.image, progress)
        if registry:
            image_builds.push(list(images.values()), registry, progress)
    print("\n".join(images.values()))
    return 0


def _deploy(arguments: argparse.Namespace) -> int:
    doctor.check()
    deploy.deploy(arguments.cluster)
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    doctor.check()
    demo.run(arguments.cluster)
    return 0


def _tools(arguments: argparse.Namespace) -> int:
    for name in arguments.tool:
        up.install_tool(name)
    return 0


def _venv(_: argparse.Namespace) -> int:
    with Progress() as progress:
        print(python_environment.ensure_test_environment(progress))
    return 0


COMMANDS = {
    "doctor": Command("look at this machine and say what is missing; changes nothing", _doctor),
    "up": Command("make or mend the local cluster", _up, _add_cluster),
    "down": Command("delete the local cluster with its data; images and caches stay", _down, _add_cluster),
    "status": Command("say what is there: engine, images, clusters", _status),
    "images": Command("build the images that the checkout asks for, or push them", _images, _add_images),
    "deploy": Command("bring cluster, images and chart up to the checkout", _deploy, _add_cluster),
    "demo": Command("deploy, run all pipelines and show what came of them", _demo, _add_cluster),
    "tools": Command("make single tools callable, without a cluster", _tools, _add_tools),
    "venv": Command("make the Python environment that tests run in", _venv),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 well, 1 a problem that is told, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="python3 -m k8s", description="podflow's local Kubernetes cluster")
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(name, help=command.help, description=command.help)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # also end what runs when told to end
    try:
        return int(chosen.run(chosen))
    except ClusterError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        process.stop_all()
        print("interrupted; run it again to go on", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
