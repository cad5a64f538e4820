"""A shop's exports: customers, products and sales from its CRM, and what its ERP adds to the first two.

The tables and their flaws are modelled on the CRM and ERP files by which data warehouses are often taught. Customers,
products and prices are those of podflow_shop, which the streamed orders know too.
"""
