"""Golden mails: each case of cases_*.py is read by `lurectl decode --json` and must come out as it says there."""
import unicodedata

import cases_charset
import cases_header
import cases_html
import cases_mime
import pytest

CASES = {f"{kind.__name__[6:]}/{name}": case
         for kind in (cases_charset, cases_header, cases_mime, cases_html) for name, case in kind.CASES.items()}


@pytest.fixture(scope="session")
def decoded(lurectl, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mails")
    for name, (raw, _) in CASES.items():
        (folder / (name.replace("/", "-") + ".eml")).write_bytes(raw)
    return {name: lurectl("decode", "--json", folder / (name.replace("/", "-") + ".eml"))[0] for name in CASES}


def listed(value):
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", CASES)
def test_golden(decoded, name):
    got, expect = decoded[name], CASES[name][1]
    for key, value in expect.items():
        if key in ("subject", "body", "from_name", "from_address", "reply_to", "file_names"):
            seen = got[key].strip() if isinstance(got[key], str) else got[key]
            assert seen == value, key
        elif key == "used":
            assert got["parts"][0]["used"] == value
        elif key == "flaws":
            assert sorted(got["flaws"]) == sorted(value)
        elif key == "flaws_have":
            assert set(value) <= set(got["flaws"])
        elif key == "links":
            assert [(link["target"], link["text"]) for link in got["links"]] == value
        elif key == "somewhere":
            assert all(v in got["body"] + got["hidden"] for v in value)
        else:
            assert key.endswith("_has"), key
            for v in listed(value):
                assert v in got[key[:-4]], key


@pytest.mark.parametrize("name", CASES)
def test_text_is_clean(decoded, name):
    """What comes out is text: no escape sequence is left in it, no surrogate, no encoded-word in the subject."""
    got = decoded[name]
    for key in ("subject", "from_name", "body", "hidden"):
        assert "\x1b" not in got[key] and not any(unicodedata.category(c) == "Cs" for c in got[key])
    assert "=?" not in got["subject"]
