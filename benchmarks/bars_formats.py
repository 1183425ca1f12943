"""Measure one way to keep daily bars: `python bars_formats.py LIBRARY`, run where it is installed.

`uv run --no-project --with LIBRARY benchmarks/bars_formats.py LIBRARY` makes such a place; the
results that decided the format are in docs/decisions/0450-bars-format.md.
"""

from __future__ import annotations

import gzip
import importlib
import importlib.metadata
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SYMBOLS = 20
BARS = 2_000
RUNS = 5
COLUMNS = ("date", "open", "high", "low", "close", "volume")

Rows = dict[str, list[Any]]


def make_rows(seed: int) -> Rows:
    """Draw bars that look like an adjusted stock: cents, whole volumes, consecutive days."""
    chance = random.Random(seed)
    closes = [100.0]
    for _ in range(BARS - 1):
        closes.append(round(closes[-1] * (1 + chance.gauss(0.0003, 0.012)), 4))
    return {
        "date": list(range(15_000, 15_000 + BARS)),
        "open": closes,
        "high": [round(close * 1.01, 4) for close in closes],
        "low": [round(close * 0.99, 4) for close in closes],
        "close": closes,
        "volume": [float(chance.randrange(1_000_000, 9_000_000)) for _ in closes],
    }


def use_numpy(path: Path) -> tuple[Callable[[Rows], None], Callable[[], float]]:
    """One structured array in the .npy format."""
    np = importlib.import_module("numpy")
    dtype = np.dtype([("date", "<i4"), *((name, "<f8") for name in COLUMNS[1:])])

    def write(rows: Rows) -> None:
        table = np.empty(BARS, dtype)
        for name in COLUMNS:
            table[name] = rows[name]
        np.save(path, table, allow_pickle=False)

    def read() -> float:
        return float(np.load(path, allow_pickle=False)["close"][-1])

    return write, read


def use_pyarrow(path: Path) -> tuple[Callable[[Rows], None], Callable[[], float]]:
    """Parquet with snappy, by Arrow."""
    arrow = importlib.import_module("pyarrow")
    parquet = importlib.import_module("pyarrow.parquet")

    def write(rows: Rows) -> None:
        parquet.write_table(arrow.table(rows), path, compression="snappy")

    def read() -> float:
        return float(parquet.read_table(path, columns=["date", "close"])["close"][-1].as_py())

    return write, read


def use_fastparquet(path: Path) -> tuple[Callable[[Rows], None], Callable[[], float]]:
    """Parquet with snappy, by fastparquet and pandas."""
    fastparquet = importlib.import_module("fastparquet")
    pandas = importlib.import_module("pandas")

    def write(rows: Rows) -> None:
        fastparquet.write(str(path), pandas.DataFrame(rows), compression="SNAPPY")

    def read() -> float:
        frame = fastparquet.ParquetFile(str(path)).to_pandas(columns=["date", "close"])
        return float(frame["close"].iloc[-1])

    return write, read


def use_polars(path: Path) -> tuple[Callable[[Rows], None], Callable[[], float]]:
    """Parquet with snappy, by polars."""
    polars = importlib.import_module("polars")

    def write(rows: Rows) -> None:
        polars.DataFrame(rows).write_parquet(path, compression="snappy")

    def read() -> float:
        return float(polars.read_parquet(path, columns=["date", "close"])["close"][-1])

    return write, read


def use_duckdb(path: Path) -> tuple[Callable[[Rows], None], Callable[[], float]]:
    """Parquet with snappy, by DuckDB, fed through a CSV as it takes no Python columns."""
    duckdb = importlib.import_module("duckdb")
    connection = duckdb.connect()
    csv = path.with_suffix(".csv")

    def write(rows: Rows) -> None:
        lines = zip(*(rows[name] for name in COLUMNS), strict=True)
        csv.write_text("\n".join(",".join(map(str, line)) for line in lines))
        names = ", ".join(f"column{i} AS {name}" for i, name in enumerate(COLUMNS))
        connection.execute(
            f"COPY (SELECT {names} FROM read_csv('{csv}', header=false)) "
            f"TO '{path}' (FORMAT parquet, COMPRESSION snappy)"
        )

    def read() -> float:
        query = f"SELECT date, close FROM read_parquet('{path}')"
        return float(connection.execute(query).fetchall()[-1][1])

    return write, read


def use_json(path: Path) -> tuple[Callable[[Rows], None], Callable[[], float]]:
    """Gzipped JSON columns, by the standard library."""

    def write(rows: Rows) -> None:
        path.write_bytes(gzip.compress(json.dumps(rows).encode(), compresslevel=6))

    def read() -> float:
        with gzip.open(io.BytesIO(path.read_bytes())) as stream:
            return float(json.load(stream)["close"][-1])

    return write, read


LIBRARIES = {
    "numpy": use_numpy,
    "pyarrow": use_pyarrow,
    "fastparquet": use_fastparquet,
    "polars": use_polars,
    "duckdb": use_duckdb,
    "json": use_json,
}
IMPORTS = {"pyarrow": "pyarrow.parquet", "json": "json, gzip"}


def measure_import_s(statement: str) -> float:
    """Take the best of several fresh interpreters, less the interpreter's own start."""

    def start_s(code: str) -> float:
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - begun

    return min(start_s(statement) for _ in range(RUNS)) - min(start_s("") for _ in range(RUNS))


def measure_unzipped_bytes() -> int:
    """Add up the files that this environment's distributions installed, without bytecode."""
    files = (
        file
        for distribution in importlib.metadata.distributions()
        for file in distribution.files or ()
        if file.suffix != ".pyc"
    )
    places = (Path(str(file.locate())) for file in files)
    return sum(place.stat().st_size for place in places if place.is_file())


def main(library: str) -> None:
    """Print one JSON line of figures for one library."""
    every_symbol = [make_rows(seed) for seed in range(SYMBOLS)]
    with tempfile.TemporaryDirectory() as folder:
        uses = [LIBRARIES[library](Path(folder) / f"{i}.npy") for i in range(SYMBOLS)]
        write_s, read_s = [], []
        for _ in range(RUNS):
            begun = time.perf_counter()
            for (write, _read), rows in zip(uses, every_symbol, strict=True):
                write(rows)
            written = time.perf_counter()
            for _write, read in uses:
                read()
            write_s.append(written - begun)
            read_s.append(time.perf_counter() - written)
        stored = sum(path.stat().st_size for path in Path(folder).glob("*.npy"))
    figures = {
        "library": library,
        "unzipped_mb": round(measure_unzipped_bytes() / 1e6, 1),
        "import_ms": round(1e3 * measure_import_s(f"import {IMPORTS.get(library, library)}")),
        "write_ms": round(1e3 * min(write_s), 1),
        "read_ms": round(1e3 * min(read_s), 1),
        "stored_kb_each": round(stored / SYMBOLS / 1e3),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
