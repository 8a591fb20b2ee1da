"""Every number of the recipe in one place."""

SEED = 7

VOCABULARY = 2048
HIDDEN = 256
FEED_FORWARD = 768
LAYERS = 6
HEADS = 4
CONTEXT = 1024
ROPE_THETA = 10000.0
NORM_EPSILON = 1e-5

TRAIN_TOKENS = 12_000_000
VALID_TOKENS = 160_000
# The share of documents, not of tokens: a prose piece is several times as long as a chat.
DOCUMENT_MIX = {"chat": 0.845, "prose": 0.125, "notes": 0.03}

BATCH = 8
STEPS = 1240
WARMUP_STEPS = 40
# The rate stays flat, then falls to nothing over this last share of the run.
DECAY_SHARE = 0.35
ADAM_RATE = 3e-3
MUON_RATE = 4e-3
WEIGHT_DECAY = 0.1
