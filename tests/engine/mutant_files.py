"""Ways to mutate the file: its bytes, the container, the headers of arrays, the kind of file."""

from __future__ import annotations

import io
import os
import random
import zipfile
from pathlib import Path

import numpy as np

from tests.engine.mutant import Members, Mutant, Original, members, npy, pack

NAMES = [
    "../a.npy",
    "/etc/passwd.npy",
    "a/b.npy",
    "C:\\a.npy",
    "a\n.npy",
    "\u202ea.npy",
    ".npy",
    "meta",
    "x" * 300 + ".npy",
]
FILE_NAMES = ["a\nb.npz", "\x1b[2J.npz", "\u202ezpn.exe", "\udcff\udcfe.npz", "x" * 250, "%s%n{0}.npz", "-rf"]


# The bytes of the file ---------------------------------------------------------------------------


def mutate_bytes(chance: random.Random, original: Original, path: Path) -> Mutant:
    content = bytearray(original.content)
    what = []
    for _ in range(chance.choice((1, 1, 1, 2, 5, 50))):
        at, length = chance.randrange(len(content) - 1), chance.choice((1, 1, 2, 4, 8, 100, 5000))
        way = chance.choice(
            ("flip", "set", "zero", "ones", "delete", "insert", "cut", "splice", "repeat", "append")
        )
        what.append(f"{way} {length} at {at}")
        match way:
            case "flip":
                content[at] ^= 1 << chance.randrange(8)
            case "set":
                content[at : at + length] = chance.randbytes(length)
            case "zero" | "ones":
                content[at : at + length] = (b"\0" if way == "zero" else b"\xff") * length
            case "delete":
                del content[at + 2 : at + length]
            case "insert":
                content[at:at] = chance.randbytes(length)
            case "cut":
                del content[at + 2 :]
            case "splice":
                content[at : at + length] = chance.choice(original.others)[at : at + length]
            case "repeat":
                content[at:at] = content[at : at + length]
            case _:
                content += chance.choice((content[:length], chance.randbytes(length)))
    path.write_bytes(content)
    return Mutant(path, f"bytes: {', '.join(what[:5])}")


# The container -----------------------------------------------------------------------------------


def mutate_container(chance: random.Random, original: Original, path: Path) -> Mutant:
    parts = members(original.arrays, original.meta)
    place = chance.randrange(len(parts))
    name, content = parts[place]
    way = chance.choice(("other parts", "other parts", "pressed", "bomb", "odd", "sizes"))
    match way:
        case "other parts":
            way = _other_parts(chance, parts, place)
            pack(path, parts)
        case "pressed":
            pack(path, parts, chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))
        case "bomb":
            size = (330 << 20) if chance.random() < 0.1 else 1 << 20
            parts[place] = name, content + bytes(size)
            pack(path, parts, zipfile.ZIP_DEFLATED)
        case "odd":
            with zipfile.ZipFile(path, "w") as file:
                for each, whole in parts:
                    entry = zipfile.ZipInfo(each)
                    entry.external_attr = chance.choice((0o120777, 0o040755, 0o010644, 0)) << 16
                    entry.comment, entry.extra = chance.randbytes(3), chance.choice((b"", b"\1\0\2\0ab"))
                    file.writestr(entry, whole)
        case _:
            pack(path, parts)
            wrong = chance.choice((0, 1, 127, 2**31, 2**32 - 1)).to_bytes(4, "little")
            path.write_bytes(path.read_bytes().replace(len(content).to_bytes(4, "little"), wrong))
    return Mutant(path, f"container: {way} {name}")


def _other_parts(chance: random.Random, parts: Members, place: int) -> str:
    """Change which members there are; returns how."""
    name, content = parts[place]
    way = chance.choice(("shuffle", "twice", "rename", "swap", "drop", "extra", "many"))
    match way:
        case "shuffle":
            chance.shuffle(parts)
        case "twice":
            parts.append((name, chance.choice((content, npy(np.zeros(3))))))
        case "rename":
            parts[place] = chance.choice(NAMES), content
        case "swap":
            other = chance.randrange(len(parts))
            parts[place], parts[other] = (name, parts[other][1]), (parts[other][0], content)
        case "drop":
            del parts[place]
        case "extra":
            parts.append((chance.choice([*NAMES, "extra.npy"]), npy(np.zeros(chance.choice((0, 3, 1000))))))
        case _:
            parts += [(f"a{n}.npy", b"") for n in range(chance.choice((200, 300, 3000)))]
    return way


def mutate_header(chance: random.Random, original: Original, path: Path) -> Mutant:
    """An array as NumPy would write it another way, or as nobody would."""
    parts = members(original.arrays, original.meta)
    place = chance.randrange(len(parts))
    name, content = parts[place]
    array = np.load(io.BytesIO(content))
    length = int.from_bytes(content[8:10], "little")
    head, body = content[10 : 10 + length].decode(), content[10 + length :]
    way = chance.choice(("fortran", "big", "version", "object", "descr", "shape", "text", "length", "body"))
    match way:
        case "fortran":
            content = npy(np.asfortranarray(array))
            head = head.replace("False", "True") if array.ndim < 2 else ""
        case "big":
            content, head = npy(array.astype(array.dtype.newbyteorder(">"))), ""
        case "version":
            content, head = npy(array, version=chance.choice(((2, 0), (3, 0)))), ""
        case "object":
            content, head = npy(np.array([array, {}], object), allow_pickle=True), ""
        case "descr":
            old = array.dtype.str
            new = chance.choice(
                (
                    "|O",
                    "<f2",
                    "<f8",
                    "<u8",
                    "<i4",
                    "|S8",
                    "<U999999999",
                    "<M8[s]",
                    "|V8",
                    "<c16",
                    "|b9",
                    "<f0",
                )
            )
            head = head.replace(old, new)
        case "shape":
            shape = chance.choice(
                ("(-1,)", "(1,)", "()", "(0, 999999999999999999)", "(10**9,)", "(" + "1, " * 40 + ")", "[3]")
            )
            head = head[: head.index("(")] + shape + ", }\n"
        case "text":
            head = chance.choice(
                ("__import__('os').abort()\n", "{" * 5000, "", "{'descr': '<f4'}\n", head * 3)
            )
        case "length":
            content, head = content[:8] + chance.randbytes(2) + content[10:], ""
        case _:
            body = chance.choice((body[:-1], body + b"\0", body[: len(body) // 2], b""))
    if head:
        content = b"\x93NUMPY\1\0" + (len(head) % 65536).to_bytes(2, "little") + head.encode() + body
    parts[place] = name, content
    pack(path, parts)
    return Mutant(path, f"header: {way} {name}")


# What is no file of ours -----------------------------------------------------------------------------


def mutate_kind(chance: random.Random, original: Original, path: Path) -> Mutant:
    way = chance.choice(
        ("link", "loop", "dangling", "device", "folder", "fifo", "empty", "noise", "name", "name", "text")
    )
    match way:
        case "link":
            path.with_name("real.npz").write_bytes(original.content)
            path.symlink_to("real.npz")
        case "loop":
            path.symlink_to(path.name)
        case "dangling":
            path.symlink_to("nowhere")
        case "device":
            path.symlink_to(chance.choice(("/dev/zero", "/dev/urandom", "/dev/null", "/dev/tty")))
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "empty":
            path.touch()
        case "noise":
            path.write_bytes(
                chance.choice((b"", b"PK\3\4", b"PK\5\6")) + chance.randbytes(chance.choice((1, 30, 10_000)))
            )
        case "name":
            path = path.with_name(chance.choice(FILE_NAMES))
            path.write_bytes(chance.choice((original.content, original.content[:-1], b"nonsense")))
        case _:
            path.write_text("#!/bin/sh\nexit 1\n" * chance.choice((1, 1000)), "utf-8")
    return Mutant(path, f"kind of file: {way}")
