"""The world's own /etc files: who lives there and how names are looked up."""

from __future__ import annotations

from pathlib import Path

from tests.interop import lab
from tests.interop.recipe import Account, Recipe

PEOPLE = (Account("alice", gid=4001, uid=4001), Account("bob", gid=4002, uid=4002))


def files(recipe: Recipe) -> dict[str, str]:
    """Path → text: the machine's accounts plus the recipe's and the lab's people, and names."""
    everyone = (*recipe.accounts, *PEOPLE)
    users = [account for account in everyone if account.uid is not None]
    return {
        "/etc/passwd": _extended("/etc/passwd", {u.name: _passwd_line(u) for u in users}),
        "/etc/group": _extended("/etc/group", {a.name: f"{a.name}:x:{a.gid}:" for a in everyone}),
        "/etc/shadow": _extended("/etc/shadow", {u.name: f"{u.name}:*:19000::::::" for u in users}),
        "/etc/hosts": f"127.0.0.1 localhost\n127.0.0.1 {lab.HOST} mx\n::1 localhost\n",
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n",
        "/etc/hostname": f"{lab.HOST}\n",
        "/etc/mailname": f"{lab.DOMAIN}\n",
    }


def _passwd_line(account: Account) -> str:
    if account in PEOPLE:
        return f"{account.name}:x:{account.uid}:{account.gid}::/var/labhome/{account.name}:/bin/sh"
    return f"{account.name}:x:{account.uid}:{account.gid}::/nonexistent:/usr/sbin/nologin"


def _extended(path: str, entries: dict[str, str]) -> str:
    """The machine's file with our entries; ours win where a name is there already."""
    lines = Path(path).read_text("utf-8").splitlines()
    kept = [line for line in lines if line.partition(":")[0] not in entries]
    return "\n".join([*kept, *entries.values()]) + "\n"
