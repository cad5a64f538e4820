"""The whole platform on a local cluster: the cluster, the images in it, the chart."""

from k8s import image_builds, release, up
from k8s.cluster import Cluster
from k8s.kubectl import Kubectl
from k8s.progress import Progress


def deploy(name: str, more_values: str = "") -> Kubectl:
    """Bring the cluster and the release up to what the checkout says, and return kubectl for them.

    `more_values` are Helm values (YAML) for this deployment only, such as k8s.dag_bundles returns. What is already so
    costs seconds; a second call restarts nothing.
    """
    up.bring_up(name)
    with Progress() as progress:
        images = image_builds.ensure((), progress)
        image_builds.load(name, list(images.values()), progress)
        kubectl = Kubectl(Cluster(name).context, release.NAMESPACE)
        release.install(kubectl, (image_builds.helm_values(), more_values), progress)
    return kubectl
