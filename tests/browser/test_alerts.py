"""Alerts in a real browser: from the button under a search by way of the mail to the stop."""

import re

from django.core import mail

from policies.models import Subscription


def test_it_works(opened):
    page = opened()
    page.goto("/policies/?q=小巨人&region=210200")
    page.get_by_role("link", name="邮件提醒").click()
    page.get_by_label("邮箱地址").fill("Li@Example.cn")
    page.get_by_label("每天最多一封").check()
    page.get_by_role("button", name="发确认邮件").click()
    assert page.get_by_role("heading", level=1).inner_text() == "请去邮箱确认"
    page.goto(re.search(r"/alerts/[\w-]+/", mail.outbox[-1].body)[0])
    page.get_by_role("button", name="确认订阅").click()
    assert "每天最多一封" in page.get_by_role("status").inner_text()
    assert Subscription.objects.get().address == "Li@example.cn"
    page.get_by_role("button", name="停止提醒").click()
    assert "已经从我们这里删除" in page.get_by_role("status").inner_text()
    assert Subscription.objects.get().address == ""
