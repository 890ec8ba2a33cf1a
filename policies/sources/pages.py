"""What a page that opened says of itself: its title, and whether that says that there is no such page.

Many sites answer 200 and show 您访问的页面不存在. Only the title is believed, since a policy's own text may
well speak of what doesn't exist. No more than `MOST` bytes are read, packed or not, in whatever encoding.
"""

import html
import re
import zlib
from contextlib import suppress
from http.client import HTTPException, HTTPResponse

MOST = 65_536
TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.DOTALL | re.IGNORECASE)
WHAT = "(页面|网页|内容|信息|文章|文件|资源|地址|链接|栏目)"
NONE = "(不存在|找不到|未找到|没有找到|无法找到|无法访问|已删除|已被删除)"
BARE = r"\bnot found\b|^\W*404\W*$|\b404\s*(错误|页面|error)"
MISSING = re.compile(rf"{WHAT}{NONE}|{NONE}[^，。]{{0,8}}{WHAT}|{BARE}", re.IGNORECASE)


def title(answer: HTTPResponse) -> str:
    """The page's title; nothing where it has none, is no text, or doesn't come in time."""
    if "html" not in answer.headers.get("Content-Type", "html"):
        return ""
    data = b""
    with suppress(OSError, HTTPException, zlib.error):
        data = answer.read(MOST)
        if answer.headers.get("Content-Encoding", "").lower() in ("gzip", "deflate"):
            data = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data, MOST)
    found = TITLE.search(_decoded(data))
    return " ".join(html.unescape(found[1]).split()) if found else ""


def _decoded(data: bytes) -> str:
    """What the bytes themselves say counts, since what sites declare is often wrong."""
    text = data.decode("utf-8", "ignore")
    return text if len(text.encode()) > len(data) - 4 else data.decode("gb18030", "replace")


def is_missing(said: str) -> bool:
    """Whether the title is that of a page which says that there is none."""
    return bool(MISSING.search(said))
