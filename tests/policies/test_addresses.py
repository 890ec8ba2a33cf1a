"""E-mail addresses as people type them."""

import pytest
from django.core.exceptions import ValidationError

from policies.addresses import AddressField, AlertForm


def read(text):
    return AddressField(max_length=254).clean(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("3456789@qq.com", "3456789@qq.com"),
        ("  Zhang.San@QQ.com ", "Zhang.San@qq.com"),
        ("zhang＠ｑｑ．ｃｏｍ", "zhang@qq.com"),
        ("zhang@qq。com", "zhang@qq.com"),
        ("li@辽宁.中国", "li@xn--w9s982j.xn--fiqs8s"),
        ("li+tixing@example.gov.cn", "li+tixing@example.gov.cn"),
    ],
)
def test_it_works(typed, meant):
    assert read(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("", "   ", "zhang", "@qq.com", "zhang@", "zhang@qq", "a b@qq.com", "张三@qq.com", "zhang@qq..com"),
        *("a@qq.com, b@qq.com", "a@qq.com;b@qq.com", "<a@qq.com>", "张三 <a@qq.com>", "a@b@qq.com"),
        *("a@qq.com\nBcc: b@qq.com", "a@qq.com\r\nBcc:b@qq.com", "a\n@qq.com", "a@qq.com\x00"),
        *("a" * 255 + "@qq.com", "a@" + "长" * 70 + ".com", "a@[127.0.0.1]x", "a@-qq.com"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(typed):
    with pytest.raises(ValidationError) as why:
        read(typed)
    assert any("邮箱地址" in text for text in why.value.messages) or "\x00" in typed


def test_how_often_is_one_of_two():
    assert AlertForm({"address": "a@qq.com", "every": "weekly"}).is_valid()
    assert set(AlertForm({"address": "a@qq.com", "every": "hourly"}).errors) == {"every"}
    assert set(AlertForm({"address": "a@qq.com"}).errors) == {"every"}
