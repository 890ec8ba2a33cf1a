import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.columns import Columns, Damaged, files
from enterprises.kinds import Interval, Members
from tests.enterprises.columns.test_blocks import KINDS, answers, build, values
from tests.strategies import ON

ROWS = {
    1: {"employees": 120, "region": "210112", "above_size": True, "share": Fraction(1, 3)},
    2: {"honors": Members(frozenset({"质量奖"}), False, frozenset({"绿色工厂"}), frozenset({"首台套"}))},
    5: {"employees": 8, "above_size": False, "share": Interval(Fraction(1), Fraction(7))},
    8: {},
}


def test_it_works(tmp_path):
    columns = build(ROWS)
    columns.mark = 41
    files.save(columns, tmp_path)
    again = files.load(tmp_path)
    assert answers(again) == answers(columns)
    assert (again.on, again.mark, again.kinds, len(again)) == (ON, 41, KINDS, 4)


@given(st.dictionaries(st.integers(1, 30), values, min_size=1, max_size=9))
def test_a_block_comes_back_as_it_was(rows):
    for block in build(rows).blocks:
        again = files.unpack(files.pack(block))
        assert files.pack(again) == files.pack(block)
        assert list(again.firms) == list(block.firms)


def test_a_second_save_leaves_no_block_of_the_first(tmp_path):
    files.save(build(ROWS), tmp_path)
    changed = build({**ROWS, 9: {"employees": 1}})
    files.save(changed, tmp_path)
    assert len(list(tmp_path.glob("*.block"))) == len(changed.blocks)
    assert not list(tmp_path.glob("*.partial"))
    assert answers(files.load(tmp_path)) == answers(changed)


def _shorten(folder):
    block = next(folder.glob("*.block"))
    block.write_bytes(block.read_bytes()[:-3])


def _flip(folder):
    block = next(folder.glob("*.block"))
    data = bytearray(block.read_bytes())
    data[-1] ^= 1
    block.write_bytes(data)


def _other_version(folder):
    index = json.loads((folder / files.INDEX).read_text(encoding="utf-8"))
    (folder / files.INDEX).write_text(json.dumps({**index, "version": 99}), encoding="utf-8")


@pytest.mark.parametrize(
    "hurt",
    [
        _shorten,
        _flip,
        _other_version,
        lambda folder: next(folder.glob("*.block")).unlink(),
        lambda folder: (folder / files.INDEX).write_text("[]", encoding="utf-8"),
        lambda folder: (folder / files.INDEX).write_bytes(b"\xff\x00"),
        lambda folder: (folder / files.INDEX).unlink(),
    ],
    ids=["torn", "flipped bit", "other version", "block gone", "foreign index", "not text", "no index"],
)
def test_what_is_torn_or_foreign_is_refused(tmp_path, hurt):
    files.save(build(ROWS), tmp_path)
    hurt(tmp_path)
    with pytest.raises(Damaged):
        files.load(tmp_path)


def test_the_index_tells_the_day_and_the_blocks_and_a_torn_block_is_named(tmp_path):
    columns = build(ROWS)
    files.save(columns, tmp_path)
    found = files.index(tmp_path)
    assert (found.on, found.mark, found.kinds) == (columns.on, columns.mark, columns.kinds)
    assert {path.name for path in tmp_path.glob("*.block")} == set(found.blocks)
    name, wanted = next(iter(found.blocks.items()))
    assert files.pack(files.read(tmp_path / name, wanted)) == files.pack(columns.blocks[0])
    (tmp_path / name).write_bytes(b"torn")
    with pytest.raises(Damaged, match=name):
        files.read(tmp_path / name, wanted)


def test_a_save_that_breaks_off_leaves_the_old_files_valid(tmp_path, monkeypatch):
    files.save(build(ROWS), tmp_path)
    real = files._write

    def broken(path, data):
        if path.name == files.INDEX:
            raise OSError("disk full")
        real(path, data)

    monkeypatch.setattr(files, "_write", broken)
    with pytest.raises(OSError, match="disk full"):
        files.save(Columns.build([(77, {"employees": 1})], kinds=KINDS, on=ON), tmp_path)
    assert answers(files.load(tmp_path)) == answers(build(ROWS))
