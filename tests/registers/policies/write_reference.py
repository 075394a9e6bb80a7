"""Write docs/reference/policy-packs.md from the shipped packs: `python -m tests.registers.policies.write_reference`."""

from epigrid.registers.policies import formats
from tests.registers.policies.packs import REFERENCE


def main() -> None:
    """Write the page."""
    REFERENCE.parent.mkdir(parents=True, exist_ok=True)
    found = formats.assemble(formats.read_folders(formats.SHIPPED))
    REFERENCE.write_text(formats.reference(found), encoding="utf-8")


if __name__ == "__main__":
    main()
