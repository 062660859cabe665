"""The ledger notices what it is there for: `make faults` begins with this."""

import unittest
from collections import Counter

from faults.ledger import compare
from faults.load import LOST, Entry


def complaints(status, times, kind="create", has_address=None):
    address = {"w1@example.com"} if (times > 0 if has_address is None else has_address) else set()
    return compare([Entry(kind, "w1", 0, status=status)], Counter({"w1": times}), address)


class LedgerTests(unittest.TestCase):
    def test_what_may_be(self):
        for status, times in ((200, 1), (503, 0), (400, 0), (504, 0), (504, 1), (LOST, 0), (LOST, 1), (502, 1)):
            self.assertEqual(complaints(status, times), [], (status, times))

    def test_an_acknowledged_write_is_lost(self):
        self.assertIn("not in the database", complaints(200, 0)[0])

    def test_a_refused_write_is_applied(self):
        for status in (503, 400, 404, 429):
            self.assertIn("refused, and applied", complaints(status, 1)[0])

    def test_an_unknown_write_is_applied_twice(self):
        for status in (504, LOST, 200):
            self.assertIn("more than once", complaints(status, 2, "update")[0])

    def test_half_of_a_transaction(self):
        self.assertIn("not in the other", complaints(504, 1, has_address=False)[0])

    def test_reads_are_no_writes(self):
        self.assertEqual(complaints(200, 0, "read"), [])
