"""Durations in and out."""

import unittest

from kettle.durations import parse, render


class ParseTest(unittest.TestCase):
    def test_minutes_and_seconds(self):
        self.assertEqual(parse("3m30s"), 210)

    def test_hours(self):
        self.assertEqual(parse("8h"), 28800)

    def test_nonsense_is_refused(self):
        with self.assertRaises(ValueError):
            parse("soon")


class RenderTest(unittest.TestCase):
    def test_short_ones(self):
        self.assertEqual(render(0), "0s")
        self.assertEqual(render(45), "45s")
        self.assertEqual(render(210), "3m30s")

    def test_a_long_one(self):
        self.assertEqual(render(1800), "30m")


if __name__ == "__main__":
    unittest.main()
