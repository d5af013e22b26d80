"""Requirement profiles on disk: read back as they were, and errors that name the key."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.diagnosis.requirements import KINDS, Profile, Requirement
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.requirements import (
    load_profile,
    looks_like_profile,
    read_profile,
    save_profile,
    to_toml,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAME = TEXT.filter(lambda text: bool(text.strip()))
REQUIREMENT = st.builds(
    Requirement,
    st.sampled_from([kind for kind in KINDS if kind != "size"]),
    NAME,
    st.sampled_from(["required", "optional"]),
    TEXT,
    st.just(0),
    TEXT,
)


@given(st.builds(Profile, TEXT, st.lists(REQUIREMENT, max_size=5).map(tuple)))
def test_what_is_written_is_read(profile: Profile) -> None:
    assert read_profile(to_toml(profile).encode(), "a file") == profile


def test_it_is_recognised_by_its_first_line() -> None:
    assert looks_like_profile(to_toml(Profile()).encode())
    assert not looks_like_profile(b"S: 220 mx\n")


def test_a_file(tmp_path: Path) -> None:
    profile = Profile("app", (Requirement("size", "100"), Requirement("command", "VRFY")))
    save_profile(profile, tmp_path / "app.toml")
    assert load_profile(tmp_path / "app.toml") == profile


HEAD = 'format = "smtprequirements"\nversion = 1\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = ", "is no TOML file"),
        ('format = "other"\nversion = 1\n', "holds no requirements"),
        ('format = "smtprequirements"\nversion = 9\n', "later version"),
        (HEAD + "[[requirement]]\n", "kind is missing"),
        (HEAD + '[[requirement]]\nkind = "x"\n', "is none of tls, command"),
        (HEAD + '[[requirement]]\nkind = "size"\nname = "big"\nlevel = "required"\n', "octets"),
        (HEAD + '[[requirement]]\nkind = "tls"\nname = "TLS"\nlevel = "maybe"\n', "level"),
        (HEAD + "colour = 1\n", "colour is not a known key"),
    ],
)
def test_a_mistake_is_named(text: str, told: str) -> None:
    with pytest.raises(TranscriptError, match=told) as caught:
        read_profile(text.encode(), "app.toml")
    assert str(caught.value).startswith("app.toml")


def test_octets_that_are_no_text_are_named() -> None:
    with pytest.raises(TranscriptError, match="is no TOML file"):
        read_profile(b"\xff", "app.toml")


def test_what_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="cannot be read"):
        load_profile(tmp_path / "none.toml")
    with pytest.raises(TranscriptError, match="cannot be written"):
        save_profile(Profile(), tmp_path)
