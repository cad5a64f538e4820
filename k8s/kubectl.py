"""kubectl, bound to one cluster and to podflow's namespace."""

import base64
from dataclasses import dataclass

from k8s import process


@dataclass(frozen=True)
class Kubectl:
    """Runs kubectl in a context and namespace; each call raises CommandFailedError with kubectl's own words."""

    context: str
    namespace: str

    def output(self, *arguments: str, standard_input: str | None = None) -> str:
        """Run a command and return what it prints."""
        return process.output(self.command(*arguments), process.Setting(standard_input=standard_input))

    def apply(self, manifest: str) -> None:
        """Apply a manifest given as YAML or JSON text."""
        process.output(
            ["kubectl", "--context", self.context, "apply", "--filename", "-"], process.Setting(standard_input=manifest)
        )

    def secret(self, name: str, key: str) -> str:
        """Return one decoded value of a Secret."""
        dotted = key.replace(".", r"\.")
        return base64.b64decode(self.output("get", "secret", name, "-o", f"jsonpath={{.data.{dotted}}}")).decode()

    def command(self, *arguments: str) -> list[str]:
        """Return the whole command line, for running it or for showing it."""
        return ["kubectl", "--context", self.context, "--namespace", self.namespace, *arguments]
