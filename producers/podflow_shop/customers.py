"""The shop's customers: a range of numbers, as its CRM gave them."""

CUSTOMER_IDS = range(11_000, 29_484)
"""CRM's numbers (customer_id) of all customers."""


def customer_key(customer_id: int) -> str:
    """Return the key under which CRM, ERP and orders know a customer: AW00011000 is 11000."""
    return f"AW{customer_id:08}"
