"""What the command says."""

import unittest

from kettle.__main__ import describe
from kettle.teas import TEAS, find


class TeasTest(unittest.TestCase):
    def test_a_tea_is_found_however_it_is_written(self):
        self.assertEqual(find(" Sencha ").degrees, 70)

    def test_an_unknown_tea(self):
        with self.assertRaises(KeyError):
            find("coffee")

    def test_every_tea_can_be_brewed(self):
        for tea in TEAS:
            self.assertTrue(0 < tea.degrees <= 100)
            self.assertGreater(tea.seconds, 0)

    def test_the_line_for_a_tea(self):
        self.assertEqual(describe("assam"), "assam: 95 °C, 3m30s")


if __name__ == "__main__":
    unittest.main()
