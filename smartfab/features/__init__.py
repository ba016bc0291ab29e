"""Features of parts that cannot leak: windows that end at each part's cut-off, at each station it passed.

`WindowFeatures.build` gives features, labels and meta data of the parts whose label is known; `transform` of all parts.
"""

from smartfab.features.window_building import WindowFeatures

__all__ = ["WindowFeatures"]
