"""Which side of the train/valid/test fence an example stands on, decided before it is rendered."""

import hashlib

VALID_SHARE = 0.04
TEST_SHARE = 0.12


def fraction(key: str) -> float:
    digest = hashlib.sha256(("sprout/1:" + key).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def split_of(key: str, test_share: float = TEST_SHARE) -> str:
    """The same key always lands on the same side, whatever the seed, the order or the template."""
    position = fraction(key)
    if position < test_share:
        return "test"
    if position < test_share + VALID_SHARE:
        return "valid"
    return "train"
