"""Documents of the training stream, and their tokens. Prose is cut anywhere, as a test window cuts it."""

from array import array
from random import Random

from . import settings
from .chats import chat, concept, fact
from .paths import TOKENIZER, WORK
from .stories import STORY_SEPARATOR, story

IM_START, IM_END = "<|im_start|>", "<|im_end|>"


def prose(rng: Random, split: str, stories: int) -> str:
    return STORY_SEPARATOR.join(story(rng, split) for _ in range(stories))


def notes(rng: Random) -> str:
    """Questions and answers as plain text, so that a prompt without chat markers is understood too."""
    return STORY_SEPARATOR.join("\n".join(concept(rng) if rng.random() < 0.6 else fact(rng)) for _ in range(rng.randint(2, 5)))


def documents(split: str, seed: int = settings.SEED):
    rng = Random(f"{seed}:{split}")
    kinds, weights = list(settings.DOCUMENT_MIX), list(settings.DOCUMENT_MIX.values())
    while True:
        kind = rng.choices(kinds, weights)[0]
        if kind == "chat":
            yield kind, chat(rng, split)
        elif kind == "notes":
            yield kind, notes(rng)
        else:
            yield kind, prose(rng, split, rng.randint(3, 6)), rng.random(), rng.random()


def plain(document) -> str:
    if document[0] != "chat":
        return document[1]
    return "\n".join(f"{role}\n{text}" for role, text in document[1])


def encode(document, processor) -> list[int]:
    ids = [processor.bos_id()]
    if document[0] != "chat":
        body = processor.encode(document[1])
        if document[0] == "prose":
            # Most pieces begin and end in the middle of a story: perplexity windows do too.
            start = int(len(body) * 0.3 * document[2]) if document[2] > 0.2 else 0
            stop = len(body) - int(len(body) * 0.3 * document[3]) if document[3] > 0.2 else len(body)
            body = body[start:stop]
        return ids + body
    start, end = processor.piece_to_id(IM_START), processor.piece_to_id(IM_END)
    newline = processor.encode("\n")
    for role, text in document[1]:
        ids += [start] + processor.encode(f"{role}\n{text}") + [end] + newline
    return ids


def write(split: str, tokens: int) -> dict:
    import sentencepiece
    processor = sentencepiece.SentencePieceProcessor(model_file=str(TOKENIZER))
    stream, counts = array("H"), {}
    for document in documents(split):
        ids = encode(document, processor)
        counts[document[0]] = counts.get(document[0], 0) + len(ids)
        stream.extend(ids)
        if len(stream) >= tokens:
            break
    (WORK / f"{split}.bin").write_bytes(stream.tobytes())
    return counts


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    for split, tokens in (("train", settings.TRAIN_TOKENS), ("valid", settings.VALID_TOKENS)):
        print(split, write(split, tokens), flush=True)


if __name__ == "__main__":
    main()
