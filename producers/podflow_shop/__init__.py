"""The shop that podflow's examples are about: which customers and products exist.

The files of CRM and ERP and the streamed orders are made by different programs; both ask here, so that an order always
has its customer and its product. Standard library only: an image that needs it copies this folder.
"""

from podflow_shop.customers import CUSTOMER_IDS, customer_key
from podflow_shop.products import Product, products

__all__ = ["CUSTOMER_IDS", "Product", "customer_key", "products"]
