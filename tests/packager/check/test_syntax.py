from __future__ import annotations

import pytest

from blueprint import LayerKind, LayerSpec, System
from packager.build.layers import refuse_broken_layers
from packager.errors import SourceError
from tests.packager.projects import Project


def test_a_function_that_python_cannot_read_is_refused_with_file_line_and_caret(
    project: Project,
) -> None:
    spec = project.handler(body="A = 1\nif A\n    B = 2")

    with pytest.raises(SourceError) as refusal:
        project.build_function(spec)

    assert str(refusal.value) == (
        "function greet is not Python that runs:\n"
        "  functions/greet/the_alchemiser/greet/lambda_handler.py, line 2: expected ':'\n"
        "    if A\n"
        "        ^"
    )
    assert project.zips == []


def test_the_caret_stands_where_the_fault_is_however_deep_the_line(project: Project) -> None:
    spec = project.handler(body="def outer():\n        return (1 +")

    with pytest.raises(SourceError, match=r"line 2: '\(' was never closed") as refusal:
        project.build_function(spec)

    shown, caret = str(refusal.value).splitlines()[-2:]
    assert shown[caret.index("^")] == "("


def test_every_broken_file_is_named(project: Project) -> None:
    spec = project.handler(body="return 1")
    project.write("functions/greet/the_alchemiser/greet/other.py", b"x = 1\x00\n")

    with pytest.raises(SourceError, match=r"(?s)'return' outside function.*other\.py"):
        project.build_function(spec)


def test_a_layer_of_sources_is_held_to_the_same(project: Project) -> None:
    project.write("the_alchemiser/shared/ids.py", "def (:\n")
    layer = LayerSpec(
        name="shared_code",
        purpose="Test.",
        kind=LayerKind.SOURCES,
        sources=("the_alchemiser/shared",),
    )

    with pytest.raises(SourceError, match=r"(?s)layer shared_code.*ids\.py, line 1"):
        project.build(layer)


def test_a_plan_is_refused_before_any_layer_is_built(project: Project) -> None:
    project.write("the_alchemiser/shared/ids.py", "def (:\n")
    project.write("the_alchemiser/shared/clock.py", "x = (\n")
    layer = LayerSpec(
        name="shared_code",
        purpose="Test.",
        kind=LayerKind.SOURCES,
        sources=("the_alchemiser/shared",),
    )
    system = System(name="small", functions=(), layers=(layer,))

    with pytest.raises(SourceError, match=r"(?s)layer shared_code.*clock\.py, line 1.*ids\.py"):
        refuse_broken_layers(project.root, system, project.output_dir)
    project.write("the_alchemiser/shared/ids.py", "")
    project.write("the_alchemiser/shared/clock.py", "")
    refuse_broken_layers(project.root, system, project.output_dir)

    assert project.zips == []


def test_what_python_only_warns_of_is_built(project: Project) -> None:
    project.build_function(project.handler(body='A = "\\d"'))


def test_a_source_that_is_nested_too_deep_is_named(project: Project) -> None:
    spec = project.handler(body="a = " + "-" * 20_000 + "1")
    with pytest.raises(SourceError, match=r"greet/lambda_handler\.py: .*too complex"):
        project.build_function(spec)
