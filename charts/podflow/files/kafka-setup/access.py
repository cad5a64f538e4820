"""Who may do what: the producer writes the declared topics, the sink reads them, and neither may do more."""

from collections.abc import Iterator
from typing import NamedTuple, Self

from declaration import Declaration, SetupError
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    KafkaAdminClient,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)


class Right(NamedTuple):
    """One thing that a user may do from everywhere."""

    user: str
    operation: ACLOperation
    kind: ResourceType
    name: str
    pattern: ACLResourcePatternType = ACLResourcePatternType.LITERAL

    def __str__(self) -> str:
        stars = "*" if self.pattern is ACLResourcePatternType.PREFIXED else ""
        return f"{self.user} may {self.operation.name} {self.kind.name} {self.name}{stars}"

    @classmethod
    def of(cls, acl: ACL) -> Self:
        """Return the right that an ACL of ours gives."""
        resource = acl.resource_pattern
        user = acl.principal.removeprefix("User:")
        return cls(user, acl.operation, resource.resource_type, resource.resource_name, resource.pattern_type)

    def acl(self) -> ACL:
        """Return it as the admin client wants it."""
        resource = ResourcePattern(self.kind, self.name, self.pattern)
        return ACL(f"User:{self.user}", "*", self.operation, ACLPermissionType.ALLOW, resource)


def rights(declared: Declaration) -> Iterator[Right]:
    """Yield all that producer and sink may do."""
    for topic in declared.topics:
        for operation in (ACLOperation.WRITE, ACLOperation.DESCRIBE):
            yield Right("producer", operation, ResourceType.TOPIC, topic.name)
        for operation in (ACLOperation.READ, ACLOperation.DESCRIBE):
            yield Right("sink", operation, ResourceType.TOPIC, topic.name)
    yield Right("producer", ACLOperation.IDEMPOTENT_WRITE, ResourceType.CLUSTER, "kafka-cluster")
    for operation in (ACLOperation.READ, ACLOperation.DESCRIBE):
        groups = (declared.consumer_groups, ACLResourcePatternType.PREFIXED)
        yield Right("sink", operation, ResourceType.GROUP, *groups)


def reconcile(admin: KafkaAdminClient, declared: Declaration) -> Iterator[str]:
    """Yield what was changed; ACLs of other users are somebody else's."""
    wanted = {right.acl(): right for right in rights(declared)}
    present = {acl for user in ("producer", "sink") for acl in admin.describe_acls(_all_of(user))[0]}
    missing = [acl for acl in wanted if acl not in present]
    if failed := admin.create_acls(missing)["failed"] if missing else []:
        raise SetupError(f"ACLs of producer and sink: {failed[0].__name__}: {failed[0].description}")
    yield from (f"{wanted[acl]}: allowed" for acl in missing)
    surplus = [acl for acl in present if acl not in wanted]
    for acl, _, error in admin.delete_acls(surplus) if surplus else ():
        if error.errno:
            raise SetupError(f"{Right.of(acl)}: {error.__name__}: {error.description}")
        yield f"{Right.of(acl)}: taken away"


def _all_of(user: str) -> ACLFilter:
    anything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    return ACLFilter(f"User:{user}", None, ACLOperation.ANY, ACLPermissionType.ANY, anything)
