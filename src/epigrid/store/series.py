"""Numbers without gaps: a row per series, locked in the transaction that uses the number."""

from django.db import transaction

from epigrid.store.models import Series


def next_number(*, tree: str, name: str) -> int:
    """The next number of the series, given back when the surrounding transaction fails. Call it inside `transaction.atomic`."""
    return take_numbers(tree=tree, name=name, count=1)


def take_numbers(*, tree: str, name: str, count: int) -> int:
    """Take `count` numbers in a row and return the first."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a number is taken inside the transaction that uses it")
    Series.objects.bulk_create([Series(tree=tree, name=name)], ignore_conflicts=True)
    row = Series.objects.select_for_update().get(tree=tree, name=name)
    row.last += count
    row.save(update_fields=["last"])
    return row.last - count + 1
