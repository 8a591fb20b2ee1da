"""A SentencePiece BPE vocabulary: identity normalisation keeps newlines, bytes stand in for what it has not seen."""

from contextlib import chdir

from . import settings
from .corpus import IM_END, IM_START, documents, plain
from .paths import TOKENIZER, WORK

SAMPLE_CHARACTERS = 6_000_000


def sample():
    seen = 0
    for document in documents("train", settings.SEED + 1):
        # The trainer reads line by line; a newline itself is one of the byte pieces.
        for line in plain(document).split("\n"):
            if line:
                seen += len(line)
                yield line
        if seen > SAMPLE_CHARACTERS:
            return


def main() -> None:
    import sentencepiece
    WORK.mkdir(parents=True, exist_ok=True)
    # The trainer writes its settings into the file, so the prefix must name no folder of this machine.
    with chdir(WORK):
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=sample(), model_prefix=TOKENIZER.stem, model_type="bpe",
            vocab_size=settings.VOCABULARY, byte_fallback=True, normalization_rule_name="identity",
            # Without these a choice tokenised after a prompt would differ from the text seen in training.
            add_dummy_prefix=False, remove_extra_whitespaces=False, split_digits=True,
            character_coverage=1.0, unk_id=0, bos_id=1, eos_id=2, pad_id=-1,
            control_symbols=[IM_START, IM_END], minloglevel=2, num_threads=1)


if __name__ == "__main__":
    main()
