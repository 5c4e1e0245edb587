"""Exchange formats, one module each, with the same two verbs: ``write`` takes an iterator of entries, ``read`` gives one.

No format knows another; what they share is :class:`align.formats.entry.Entry` and :mod:`align.legal`.
"""
