"""Files that root reads to know what to do: one that anybody else can change, by mode, owner or ACL, is refused."""

import os
import subprocess

from local_users import as_user, folder_of, only_root

# What is done to a file and its folder, and whether the user nobody can then change what is read there.
ACCESS = {
    "nobody has any": ("true", False),
    "the file is his": ("chown nobody $file", True),
    "everybody may write it": ("chmod 666 $file", True),
    "a group may write it": ("chgrp nogroup $file; chmod 660 $file", True),
    "an ACL lets him write it": ("setfacl -m u:nobody:rw $file", True),
    "an ACL lets a group of his write it": ("setfacl -m g:nogroup:rw $file", True),
    "an ACL names him, and its mask takes it back": ("setfacl -m u:nobody:rw $file; chmod g-w $file", False),
    "an ACL lets him read it": ("setfacl -m u:nobody:r $file", False),
    "the folder is his": ("chown nobody $folder", True),
    "everybody may write in the folder": ("chmod 777 $folder", True),
    "an ACL lets him write in the folder": ("setfacl -m u:nobody:rwx $folder", True),
    "an ACL of the folder above lets him": ("setfacl -m u:nobody:rwx $home", True),
    "an ACL of the folder is for new files": (
        "setfacl -d -m u:nobody:rwx $folder; cat $file >$new; rm $file; cat $new >$file", None),
}
# As nobody: whether one can change what is read at the path.
CAN_WRITE = """
import os, sys
path, above = sys.argv[1], os.path.dirname(sys.argv[1])
def can(deed):
    try:
        deed()
        return True
    except OSError:
        return False
def exchange(what):
    os.rename(what, what + ".x")
    os.rename(what + ".x", what)
sys.exit(can(lambda: open(path, "a")) or can(lambda: exchange(path)) or can(lambda: exchange(above)))
"""


@only_root
def check_trust(stack):
    """A file that somebody else can write or exchange is refused, whether it has keys or settings, and no other is."""
    for number, (name, (change, expected)) in enumerate(ACCESS.items()):
        home = stack.folder / f"trust{number}"
        folder = folder_of(folder_of(home, "root") / "folder", "root")
        file = folder / "file"
        file.write_text("", encoding="utf-8")
        file.chmod(0o640)
        names = {"home": str(home), "folder": str(folder), "file": str(file), "new": f"{folder}/new"}
        subprocess.run(["sh", "-ec", f"umask 022; {change}"], check=True, env=os.environ | names)
        can = subprocess.run(as_user("nobody", "/usr/bin/python3", "-c", CAN_WRITE, file), check=False).returncode == 1
        if expected is not None and can != expected:
            yield f"{name}: nobody {'can' if can else 'cannot'} write, so this tries nothing"
        for option in ("--api-keys", "--env-file"):
            yield from refusal(stack, name, option, file, can)


def refusal(stack, name, option, file, can):
    done = subprocess.run(
        [stack.roster, "check", option, file], env=os.environ | {"DATABASE_URL": stack.url}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60, check=False)
    refused = any(words in done.stderr for words in ("may write in", "belongs to"))
    if refused != can or (refused and done.returncode not in (64, 78)):
        yield f"{name}: {option} ends with {done.returncode}: {done.stderr}"
