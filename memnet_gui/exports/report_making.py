"""The sections of a report that say how the run was made, and how to make it again."""

from __future__ import annotations

from dataclasses import asdict, fields, replace

from engine.config import PRESETS, LayerConfig
from memnet_gui.exports.page import Html, element, table
from memnet_gui.exports.report_scores import section
from memnet_gui.exports.run import Run


def settings(run: Run) -> Html:
    """Everything that can be set, for each layer."""
    config = run.config
    added = len(run.class_names) - config.classes
    images = f"{config.side} × {config.side} pixels, {'colour' if config.channels == 3 else 'grey'}"
    whole = [
        ("preset", config.preset),
        ("fixations", str(config.fixations)),
        ("images", images),
        ("classes", f"{config.classes} and {added} added by hand" if added else str(config.classes)),
    ]
    names = [field.name for field in fields(LayerConfig) if field.name != "name"]
    rows = [(name, *(_value(asdict(layer)[name]) for layer in config.layers)) for name in names]
    return section(
        "Settings",
        "What the network was made of; the names are those of the snapshot's metadata.",
        table(("of all", ""), whole, words=2),
        table(("of each layer", *(layer.name for layer in config.layers)), rows),
    )


def how_it_was_made(run: Run) -> Html:
    """Versions, data, and the command that gives the same memories again."""
    known = [(f"{name} version", version) for name, version in run.versions.items() if version]
    facts = [
        *known,
        ("arithmetic", run.backend),
        ("data", run.data_name),
        ("SHA-256 of the data", run.data_checksum),
        ("seed (order of the digits)", str(run.seed)),
        ("digits seen", f"{run.digits:,}"),
    ]
    parts: list[Html] = [table(("", ""), facts, words=2)]
    if _of_preset(run):
        parts += [
            element("h3", "To get the same memories again"),
            element("pre", element("code", command(run))),
            element("p", _condition(run), class_="note"),
        ]
    return section(
        "How it was made",
        "The result depends on settings, seed, order and data alone, not on how fast it was played.",
        *parts,
    )


def command(run: Run) -> str:
    """The command line that learns what this run learned from the stream."""
    words = ["python main.py learn", f"--preset {run.config.preset}", f"--seed {run.seed}"]
    if run.config.fixations:
        words.append(f"--fixations {run.config.fixations}")
    return " ".join((*words, f"--limit {run.learned}", f"--out {run.stem}.npz"))


def _of_preset(run: Run) -> bool:
    """Does the terminal know these settings by a name?"""
    known = PRESETS.get(run.config.preset)
    return (
        known is not None and run.learned > 0 and replace(known, fixations=run.config.fixations) == run.config
    )


def _condition(run: Run) -> str:
    layers = [run.memories(layer) for layer in range(len(run.layers))]
    taught = sum(int(layer.taught.sum()) for layer in layers)
    muted = sum(int(layer.muted.sum()) for layer in layers)
    words = "Bit for bit, with the same version on the same kind of machine."
    if taught or muted:
        return f"{words} What was changed by hand ({taught:,} taught, {muted:,} muted) has to be done again."
    return f"{words} What was changed by hand, if anything, has to be done again."


def _value(value: object) -> str:
    match value:
        case None:
            return "for ever"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:g}"
    return str(value)
