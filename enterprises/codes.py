"""The official codes of a firm: where it is, what it does, which firm it is.

Holds the grammar of the codes: regions (GB/T 2260), industries (GB/T 4754-2017), the unified social
credit code 统一社会信用代码 (GB 32100-2015, its organization part GB 11714-1997), and the form in which
firm names are compared. Holds no list of places or classes: whether a well-formed code exists is a
question for the tables Region and Industry.

Errors are ValueError with one Chinese sentence for the person who typed the value.
"""

import re
import unicodedata

from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import InvalidChecksum

NATIONAL = "000000"

_DIVISIONS = (
    "A01-05 B06-12 C13-43 D44-46 E47-50 F51-52 G53-60 H61-62 I63-65 J66-69 "
    "K70-70 L71-72 M73-75 N76-79 O80-82 P83-83 Q84-85 R86-90 S91-96 T97-97"
)
SECTION_OF_DIVISION: dict[str, str] = {
    f"{division:02}": span[0]
    for span in _DIVISIONS.split()
    for division in range(int(span[1:3]), int(span[4:6]) + 1)
}

UNSEEN = ("Cc", "Cf", "Cs")  # control and format characters, halves of surrogate pairs
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FIRM_PREFIXES = ("91", "92", "93")
_BRACKETS = str.maketrans("[]{}【】〔〕〖〗〈〉", "()" * 6)


def region_chain(code: str) -> tuple[str, ...]:
    """The region and all that contain it, widest first: 210212 → 000000, 210000, 210200, 210212."""
    if not re.fullmatch("[0-9]{6}", code):
        raise ValueError(f"“{code}”不是行政区划代码：请填6位数字，如 210212。")
    return tuple(dict.fromkeys((NATIONAL, f"{code[:2]}0000", f"{code[:4]}00", code)))


def region_within(code: str, area: str) -> bool:
    """Whether `area` is the region itself or contains it."""
    return area in region_chain(code)


def prefix(area: str) -> str:
    """What the codes of the area and of all places in it begin with: 210200 → 2102, 000000 → nothing."""
    return area.removesuffix("00").removesuffix("00").removesuffix("00")


def normalize_industry(text: str) -> str:
    """The bare code of a class, group, division or section: C3670 → 3670, C36 → 36, C → C.

    Full-width characters, lower case and spaces are accepted. A code may name a class that the
    standard does not have; only its letter and its division (01 to 97) are checked.
    """
    code = _plain(text).upper()
    parts = re.fullmatch("([A-T]?)([0-9]{2,4})|[A-T]", code)
    if not parts:
        raise ValueError(f"“{text}”不是国民经济行业代码：请填2至4位数字或门类字母A至T，如 3670 或 C3670。")
    letter, digits = parts.groups()
    return _checked_division(letter, digits) if digits else code


def _checked_division(letter: str, digits: str) -> str:
    section = SECTION_OF_DIVISION.get(digits[:2])
    if section is None:
        raise ValueError(f"行业代码“{digits}”有误：没有大类{digits[:2]}，大类为01至97，请核对前两位。")
    if letter not in ("", section):
        raise ValueError(
            f"行业代码“{letter}{digits}”有误：大类{digits[:2]}属于门类{section}，"
            f"请改为 {section}{digits} 或核对数字。"
        )
    return digits


def industry_path(code: str) -> str:
    """The normalized code with all that contain it: 3670 → C/36/367/3670. For storing and sorting."""
    if code.isalpha():
        return code
    steps = [code[:length] for length in range(2, len(code) + 1)]
    return "/".join([SECTION_OF_DIVISION[code[:2]], *steps])


def industry_within(code: str, area: str) -> bool:
    """Whether the normalized `area` (C, 36, 367 or 3670) is the industry itself or contains it."""
    return code.startswith(area) or SECTION_OF_DIVISION.get(code[:2]) == area


def normalize_name(name: str) -> str:
    """The form in which two spellings of one firm name are equal. For matching, never for showing."""
    folded = unicodedata.normalize("NFKC", _plain(name).casefold())
    return folded.translate(_BRACKETS)


def clean_uscc(text: str) -> str:
    """The 18 characters of a firm's code (91 company, 92 sole trader, 93 cooperative), as to be stored.

    The shape and the check digit of GB 32100 are enforced. The inner check digit of GB 11714 is not: it
    is ground for a warning, never for a refusal.
    """
    code = stdnum_uscc.compact(_plain(text))
    _check_shape(code)
    try:
        return stdnum_uscc.validate(code)
    except InvalidChecksum:
        digit = stdnum_uscc.calc_check_digit(code)
        raise ValueError(
            f"统一社会信用代码的校验码不对：按前17位推算，末位应为“{digit}”，您填的是“{code[-1]}”。"
            "请对照营业执照逐位核对。"
        ) from None


def _check_shape(code: str) -> None:
    if len(code) != 18:
        raise ValueError(f"统一社会信用代码应为18位，您填了{len(code)}位。请对照营业执照核对。")
    if strange := "、".join(dict.fromkeys(c for c in code if c not in USCC_ALPHABET)):
        raise ValueError(
            f"统一社会信用代码中不会出现“{strange}”：只用数字和大写字母，且不用 I、O、S、V、Z。"
            "请检查是否把 1、0、5、2 看成了字母。"
        )
    if not code.startswith(_FIRM_PREFIXES):
        raise ValueError(
            f"这不是企业的统一社会信用代码：企业代码以 91、92 或 93 开头，您填的以 {code[:2]} 开头。"
            "机关、事业单位和社会组织不在登记范围内，请改填企业的代码。"
        )
    if not code[2:8].isdigit():
        raise ValueError(
            f"统一社会信用代码第3至8位是登记机关所在地，只能是数字，您填的是“{code[2:8]}”。"
            "请对照营业执照改正。"
        )


def organization_check_digit(body: str) -> str:
    """The ninth character of an organization code, from its first eight (GB 11714: 0 to 9 or X)."""
    total = sum(int(char, 36) * weight for char, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return "0123456789X0"[11 - total % 11]


def _plain(text: str) -> str:
    """NFKC without white space and without the characters nobody sees that spreadsheets carry along."""
    composed = unicodedata.normalize("NFKC", text)
    return "".join(c for c in composed if not c.isspace() and unicodedata.category(c) not in UNSEEN)
