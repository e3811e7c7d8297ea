"""Encryption with Kerberos keys: test vectors of the RFCs, and what is sealed opens again with the same key alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from conftest import each_in_turn, in_turn
from odkit.errors import InputError
from odkit.kerberos.kdb.ciphers import SUPPORTED, WrongKeyError, cipher, derive, n_fold
from odkit.kerberos.kdb.master import KEY_LENGTHS, MasterKey, open_mit, seal_mit


@pytest.mark.parametrize(("text", "size", "folded"), [
    (b"012345", 8, "be072631276b1955"), (b"password", 7, "78a07b6caf85fa"), (b"kerberos", 16, "6b65726265726f737b9b5b2b93132b93"),
    (b"Q", 21, "518a54a215a8452a518a54a215a8452a518a54a215"), (b"ba", 21, "fb25d531ae8974499f52fd92ea9857c4ba24cf297e"),
])  # fmt: skip
def test_n_fold_gives_what_rfc_3961_appendix_a_1_says(text: bytes, size: int, folded: str) -> None:
    assert n_fold(text, size).hex() == folded


def test_derived_keys_are_those_of_rfc_3961_appendix_a_3() -> None:
    key = bytes.fromhex("dce06b1f64c857a11c3db57c51899b2cc1791008ce973b92")
    assert derive(16, key, bytes.fromhex("0000000155")).hex() == "925179d04591a79b5d3192c4a7e9c289b049c71f6ee604cd"


def test_a_text_of_rfc_8009_opens() -> None:
    """Appendix A: 128-bit AES, key usage 2, a plain text of six bytes."""
    key = bytes.fromhex("3705d96080c17728a0e800eab6e0d23c")
    sealed = bytes.fromhex("84d7f30754ed987bab0bf3506beb09cfb55402cef7e6877ce99e247e52d16ed4421dfdf8976c")
    assert cipher(19, key, 2).decrypt(sealed) == bytes.fromhex("000102030405")


@each_in_turn("enctype", sorted(SUPPORTED))
def test_what_is_sealed_opens_with_the_same_key_alone(enctype: int) -> None:
    key, other = bytes(range(1, KEY_LENGTHS[enctype] + 1)), bytes(range(9, KEY_LENGTHS[enctype] + 9))
    for size in in_turn([0, 1, 8, 15, 16, 17, 24, 31, 32, 33]):
        sealed = cipher(enctype, key, 0).encrypt(b"x" * size)
        assert cipher(enctype, key, 0).decrypt(sealed)[:size] == b"x" * size
        with pytest.raises(WrongKeyError):
            cipher(enctype, other, 0).decrypt(sealed)
        with pytest.raises(WrongKeyError):
            cipher(enctype, key, 0).decrypt(bytes([sealed[0] ^ 1]) + sealed[1:])


@each_in_turn("cut", range(0, 60, 7))
def test_a_cut_key_opens_with_nothing(cut: int) -> None:
    master = MasterKey(18, bytes(32), 1)
    with pytest.raises((WrongKeyError, InputError)):
        open_mit(seal_mit(bytes(32), master)[:cut], master)


def test_a_master_key_shows_nothing_of_itself() -> None:
    assert "b'" not in repr(MasterKey(18, b"secret" * 5 + b"xx", 1))


def test_without_the_ciphers_one_message_names_the_extra() -> None:
    code = """
import subprocess
import sys
sys.modules["cryptography.hazmat.decrepit.ciphers"] = None
from odkit.errors import UsageError
from odkit.kerberos.kdb.ciphers import cipher
try:
    cipher(18, bytes(32), 0)
except UsageError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "odkit[carry]" in done.stdout
