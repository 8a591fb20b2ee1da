"""python3 -m unittest discover -s models/sprout/recipe/tests -t models/sprout/recipe"""

import collections
import hashlib
import itertools
import json
import unittest
from random import Random

from sprout import corpus, facts, puzzles, tasks, world
from sprout.chats import two_step
from sprout.paths import HF, TASKS, TEXT
from sprout.splits import split_of
from sprout.stories import plan
from sprout.text import fill


def digest(split: str, count: int = 300) -> str:
    rows = itertools.islice(corpus.documents(split), count)
    return hashlib.sha256(json.dumps(list(rows)).encode()).hexdigest()


class Determinism(unittest.TestCase):
    def test_same_seed_same_bytes(self):
        self.assertEqual(digest("train"), digest("train"))
        self.assertNotEqual(digest("train"), digest("valid"))

    def test_shipped_tasks_are_what_the_program_makes(self):
        for name, rows in tasks.all_tasks().items():
            shipped = [json.loads(line) for line in (TASKS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
            self.assertEqual(shipped, rows, name)

    def test_shipped_text_is_what_the_program_makes(self):
        text = corpus.prose(Random(f"{tasks.settings.SEED}:test"), "test", tasks.TEST_STORIES)
        self.assertEqual((TEXT / "test.txt").read_text(encoding="utf-8"), text)

    def test_shipped_vocabulary_names_no_folder_of_a_machine(self):
        # The trainer keeps the prefix it was given: a field tag, a length, the text, the next tag.
        self.assertIn(b"\x12\x09tokenizer\x18", (HF / "tokenizer.model").read_bytes())


class Splits(unittest.TestCase):
    def test_every_split_draws_only_its_own_keys(self):
        keys = {}
        for split in ("train", "valid", "test"):
            rng = Random(split)
            keys[split] = {puzzles.draw(rng, split).key for _ in range(1500)}
            self.assertTrue(all(split_of(key) == split for key in keys[split]))
        for first, second in itertools.combinations(keys.values(), 2):
            self.assertFalse(first & second)

    def test_stories_of_two_splits_never_share_a_plan(self):
        def plans(split):
            rng = Random(split)
            return {(c["plot"], c["hero"]["name"], c["helper"]["name"], c["thing"]) for c in (plan(rng, split) for _ in range(800))}
        self.assertFalse(plans("train") & plans("test"))

    def test_no_test_story_is_in_the_calibration_text(self):
        stories = [set((TEXT / name).read_text(encoding="utf-8").split("\n\n")) for name in ("test.txt", "calibration.txt")]
        self.assertFalse(stories[0] & stories[1])

    def test_two_step_questions_of_the_test_are_never_asked_in_training(self):
        rng = Random(1)
        asked = {two_step(rng)[0] for _ in range(6000)}
        for row in tasks.two_step_items():
            self.assertNotIn(row["prompt"].split("\n")[1].removesuffix(corpus.IM_END), asked)

    def test_items_are_well_formed(self):
        for name, rows in tasks.all_tasks().items():
            with self.subTest(name):
                self.assertGreaterEqual(len(rows), 200)
                self.assertEqual(len({row["id"] for row in rows}), len(rows))
                if name == "taught":
                    self.assertTrue(all(row["question"] and row["accept"] for row in rows))
                    continue
                for row in rows:
                    self.assertEqual(len(set(row["choices"])), 4, row["id"])
                    self.assertIn(row["answer"], range(4))
                    for one, other in itertools.permutations(row["choices"], 2):
                        self.assertFalse(other.startswith(one), row["id"])
                share = collections.Counter(row["answer"] for row in rows)
                self.assertTrue(all(0.15 < share[position] / len(rows) < 0.35 for position in range(4)), share)

    def test_arithmetic_is_right(self):
        for row in tasks.puzzle_items(puzzles.addition, "addition"):
            first, _, second, *_ = row["prompt"].rsplit("\n", 1)[1].split()
            self.assertEqual(row["choices"][row["answer"]], f" {int(first) + int(second)}.")

    def test_articles(self):
        self.assertEqual(fill("a {x} and a {y}", {"x": "oak", "y": "uniform"}), "an oak and a uniform")

    def test_facts_have_one_answer(self):
        self.assertEqual(len({row[0] for row in facts.INVENTIONS}), len(facts.INVENTIONS))
        self.assertEqual(len(set(facts.CAPITALS.values())), len(facts.CAPITALS))


if __name__ == "__main__":
    unittest.main()
