"""Which part may import which: only itself, or what stands to its left."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import pytest

from tests.tree import PACKAGES, files, module_name, shown, syntax

ROOMS = (
    "errors", "findings", "clock", "vocabulary", "tables", "_fast", "windows", "exports", "plant", "data", "signals", "shifts",
    "states", "counts", "oee", "spc", "features", "defects", "improvements", "simulation", "sources", "store", "pipelines",
    "charts", "report", "testing", "service", "cli",
)  # fmt: skip
SAME_ROOM = {
    "wall_clock": "clock",
    "bad_rows": "findings",
    "column_types": "tables",
    "numerals": "vocabulary",
    "remarks": "vocabulary",
    "terms": "vocabulary",
    "standard_states": "plant",
    "toml_places": "plant",
    "__main__": "cli",
}
FOR_CONNECTORS = {
    "errors", "findings", "vocabulary", "clock", "tables", "plant", "exports", "sources", "_fast", "simulation", "__version__",
}  # fmt: skip
FACES = {"cli", "service"}
VIEWS = {"plot", "to_html", "_repr_html_"}
WORLD = {"http", "logging", "pathlib", "random", "requests", "shutil", "socket", "sqlite3", "subprocess", "time", "urllib"}
HARMLESS = {"os.cpu_count", "os.sched_getaffinity"}
PURE = ("signals", "shifts", "states", "counts", "oee", "spc", "features", "windows", "tables")


@dataclass(frozen=True)
class Import:
    target: str
    line: int
    inside: tuple[str, ...]  # names of the classes and functions around it
    for_types: bool

    @property
    def room(self) -> str:
        parts = self.target.split(".")
        return _room(parts[1]) if len(parts) > 1 else ""


def _room(name: str) -> str:
    own = next(
        (room for head, room in (("window_", "windows"), ("plant_", "plant"), ("data_", "data")) if name.startswith(head)), name
    )
    return SAME_ROOM.get(own, own)


def imports(tree: ast.Module, package: str = "") -> list[Import]:
    """Every import of a module, with the functions around it; relative ones as absolute."""
    found: list[Import] = []

    def visit(node: ast.AST, inside: tuple[str, ...], for_types: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend(Import(alias.name, node.lineno, inside, for_types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            whole = module == "smartfab"
            found.extend(
                Import(f"{module}.{alias.name}" if whole else module, node.lineno, inside, for_types) for alias in node.names
            )
        elif isinstance(node, ast.Call) and node.args and ast.unparse(node.func).endswith("import_module"):
            found.append(Import(ast.unparse(node.args[0]).strip("'"), node.lineno, inside, for_types))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inside = (*inside, node.name)
        typed = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for child in ast.iter_child_nodes(node):
            visit(child, inside, for_types or typed)

    visit(tree, (), False)
    return found


def offences(module: str, tree: ast.Module, *, is_package: bool = False) -> list[str]:
    """What this module imports and may not."""
    if module == "smartfab":
        return []
    package = module if is_package else module.rpartition(".")[0]
    own = [item for item in imports(tree, package) if item.target.split(".")[0] == "smartfab"]
    room = _room(module.split(".")[1])
    return [f"line {item.line}: {item.target}" for item in own if not _allowed(module, room, item)]


def _allowed(module: str, room: str, item: Import) -> bool:
    if room == "_fast":
        return False
    if item.room == room:
        return True
    if item.room == "":
        return room in FACES  # the front door is for users; inside, name what is meant
    if "connectors" in {room, item.room}:
        lazily = bool(item.inside) or item.for_types
        return item.room in FOR_CONNECTORS if room == "connectors" else room == "cli" and lazily
    bundles = module == "smartfab.data" and item.inside[-1:] in {("from_samples",), ("from_store",)}
    named = module == "smartfab.data" and item.for_types and item.room in {"plant", "store"}
    shows = bool(set(item.inside) & VIEWS)
    return bundles or named or shows or item.room == "__version__" or ROOMS.index(item.room) < ROOMS.index(room)


@pytest.mark.parametrize("path", files(*PACKAGES), ids=shown)
def test_a_module_imports_itself_or_leftwards(path):
    assert offences(module_name(path), syntax(path), is_package=path.name == "__init__.py") == []


@pytest.mark.parametrize("path", files("connectors"), ids=shown)
def test_connectors_import_each_other_relatively(path):
    absolute = [item.line for item in imports(syntax(path)) if item.target.startswith(("smartfab.connectors", "connectors"))]
    assert absolute == []


@pytest.mark.parametrize(
    "path", [path for path in files("smartfab") if _room((*module_name(path).split("."), "")[1]) in PURE], ids=shown
)
def test_stages_reach_for_nothing_outside(path):
    reached = [item.target for item in imports(syntax(path)) if item.target.split(".")[0] in WORLD]
    calls = {ast.unparse(node.func) for node in ast.walk(syntax(path)) if isinstance(node, ast.Call)}
    clocks = [call for call in calls if call == "open" or call.endswith((".now", ".utcnow", ".today"))]
    system = [call for call in calls if call.startswith("os.") and call not in HARMLESS]
    assert (reached, clocks, system) == ([], [], [])


@pytest.mark.parametrize("path", [path for path in files("smartfab") if path.parent.name != "smartfab"], ids=shown)
def test_every_room_has_its_place_in_the_order(path):
    assert _room(module_name(path).split(".")[1]) in ROOMS


@pytest.mark.parametrize(
    ("module", "code", "refused"),
    [
        ("smartfab.errors", "from smartfab import clock", True),
        ("smartfab.clock", "from smartfab.errors import TimeError", False),
        ("smartfab.tables", "from smartfab.oee import evaluate", True),
        ("smartfab.oee.account", "from smartfab._fast import sweep", False),
        ("smartfab._fast.x", "from smartfab.errors import TableError", True),
        ("smartfab.oee.account", "import smartfab as sf", True),
        ("smartfab.oee.account", "if TYPE_CHECKING:\n    from smartfab.charts import x", True),
        ("smartfab.oee.account", "def plot(self):\n    from smartfab import charts", False),
        ("smartfab.oee.account", "def draw(self):\n    from smartfab import charts", True),
        ("smartfab.data", "if TYPE_CHECKING:\n    from smartfab.store import Store", False),
        ("smartfab.data", "if TYPE_CHECKING:\n    from smartfab.charts import x", True),
        ("smartfab.data", "class P:\n    def from_samples(cls):\n        from smartfab import states", False),
        ("smartfab.data", "class P:\n    def validate(self):\n        from smartfab import states", True),
        ("smartfab.cli.demo", "def run():\n    from smartfab.connectors.opcua import OpcUaSource", False),
        ("smartfab.cli.demo", "from smartfab.connectors.opcua import OpcUaSource", True),
        ("smartfab.cli.demo", "if TYPE_CHECKING:\n    from smartfab.connectors.opcua import OpcUaSource", False),
        ("smartfab.store.x", "if TYPE_CHECKING:\n    from smartfab.connectors.opcua import OpcUaSource", True),
        ("smartfab.store.x", "def run():\n    from smartfab.connectors.opcua import OpcUaSource", True),
        ("smartfab.store.x", "def run():\n    import_module('smartfab.connectors.opcua')", True),
        ("smartfab.connectors.opcua.x", "from smartfab.sources import Source", False),
        ("smartfab.connectors.opcua.x", "from smartfab.store import open_store", True),
        ("smartfab.connectors.opcua.x", "from .session import S", False),
        ("smartfab.states.x", "from ..oee import evaluate", True),
    ],
)
def test_the_rule_tells_right_from_wrong(module, code, refused):
    assert bool(offences(module, ast.parse(code))) is refused
