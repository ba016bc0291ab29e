"""Build of the compiled kernels; everything else stands in pyproject.toml."""

from __future__ import annotations

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

HEADERS = [path.as_posix() for path in sorted(Path("smartfab/_fast").glob("*.h"))]
KERNELS = sorted(Path("smartfab/_fast").glob("*.pyx"))
# What a kernel has compiled once for each level of processors: smartfab/_fast/levels/row_avx2.c belongs to row_windows.pyx.
LEVELS = sorted(path.as_posix() for path in Path("smartfab/_fast/levels").glob("*.c"))
if not KERNELS:
    raise SystemExit("smartfab/_fast holds no .pyx file: this is not a complete source tree, refusing to build without kernels")

# Bit-identical results on every x86-64 level: no fused multiply-add, no reassociation, NaN and signed zero kept.
UNIX_FLAGS = ["-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-Wno-psabi"]
MSVC_FLAGS = ["/O2", "/fp:precise"]

PACKAGES = [
    "smartfab",
    "smartfab._fast",
    "smartfab.charts",
    "smartfab.cli",
    "smartfab.counts",
    "smartfab.defects",
    "smartfab.features",
    "smartfab.exports",
    "smartfab.improvements",
    "smartfab.improvements.remuneration",
    "smartfab.improvements.register.migrations.versions",
    "smartfab.improvements.register.migrations",
    "smartfab.improvements.forms",
    "smartfab.improvements.register",
    "smartfab.pipelines",
    "smartfab.report",
    "smartfab.service",
    "smartfab.service.api",
    "smartfab.service.office",
    "smartfab.service.web",
    "smartfab.shifts",
    "smartfab.signals",
    "smartfab.store",
    "smartfab.simulation",
    "smartfab.oee",
    "smartfab.spc",
    "smartfab.states",
    "smartfab.testing",
    "smartfab.connectors",
    "smartfab.connectors.files",
    "smartfab.connectors.opcua",
]


def sources(kernel: Path) -> list[str]:
    """Return the files one extension is built of."""
    return [kernel.as_posix(), *(path for path in LEVELS if f"{Path(path).stem.split('_')[0]}_windows" == kernel.stem)]


class BuildKernels(build_ext):
    """Pick the flags by the compiler that is really used, not by the platform; as many kernels at once as there are cores."""

    def build_extensions(self) -> None:
        flags = MSVC_FLAGS if self.compiler.compiler_type == "msvc" else UNIX_FLAGS
        for extension in self.extensions:
            extension.extra_compile_args = flags
        self.parallel = self.parallel or os.cpu_count()
        super().build_extensions()


setup(
    packages=PACKAGES,
    package_dir={"smartfab": "smartfab", "smartfab.connectors": "connectors"},
    ext_modules=cythonize(
        [Extension(f"smartfab._fast.{path.stem}", sources(path), depends=HEADERS) for path in KERNELS],
        compiler_directives={"language_level": "3", "boundscheck": False, "wraparound": False, "cdivision": True},
    ),
    cmdclass={"build_ext": BuildKernels},
)
