"""All files of the shop's CRM and ERP."""

from collections.abc import Callable
from functools import partial

from podflow_sources.logistics import crm, erp, sales
from podflow_sources.logistics.export import Export

SHIPPED_SEED = 2024
FILES = ("cust_info", "prd_info", "sales_details", "cust_az12", "loc_a101", "px_cat_g1v2")


def exports(seed: int = SHIPPED_SEED, lines: int = sales.SHIPPED_LINES) -> dict[str, Callable[[], Export]]:
    """Return by name how each file is made; `lines` is the size of sales_details."""
    made = (
        partial(crm.customers, seed),
        partial(crm.product_versions, seed),
        partial(sales.sales_details, seed, lines),
        partial(erp.demographics, seed),
        partial(erp.locations, seed),
        partial(erp.categories, seed),
    )
    return dict(zip(FILES, made, strict=True))
