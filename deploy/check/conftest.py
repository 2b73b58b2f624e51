import pytest

import rendered


@pytest.fixture(params=rendered.OVERLAYS, name="objects")
def _objects(request):
    """Every object of each overlay in turn."""
    return rendered.overlay(request.param)
