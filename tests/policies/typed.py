"""What owners type into the pages of policies, what the malicious send, and a page as it comes back."""

from tests.page import read

SAMPLE = "91210213YTJC00041A"
ON = "2026-05-04"
TYPED = f"on={ON}&region=210213&employees=40&revenue_2025=1800&project_investment=300&industry=C34"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% now %}",
    "' OR 1=1 --",
    "\x00",
]


def shown(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return read(response)
