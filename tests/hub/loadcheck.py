"""Would a typed table take these rows? A strict reading of the rules: every
row has the members of the pinned features in their order, each value is null
or of its feature's type. Integers fit 64 bits; a float column has floats."""


def check(value, feature, path="row"):
    """Problems of one value against its feature, as texts."""
    if value is None:
        return []
    if "dtype" in feature:
        want = {"string": str, "int64": int, "float64": float,
                "bool": bool}.get(feature["dtype"])
        if want is None or type(value) is not want:
            return ["%s: %s is not %s" % (
                path, type(value).__name__, feature["dtype"])]
        if want is int and not -(1 << 63) <= value < 1 << 63:
            return ["%s: beyond 64 bits" % path]
        return []
    if "struct" in feature:
        return check_members(value, feature["struct"], path)
    if "list" in feature:
        if not isinstance(value, list):
            return ["%s: not a list" % path]
        inner, bad = feature["list"], []
        for v in value:
            if isinstance(inner, str):
                bad += check(v, {"dtype": inner}, path + "[]")
            elif isinstance(inner, list):
                bad += check_members(v, inner, path + "[]")
            else:
                bad += check(v, inner, path + "[]")
        return bad
    return ["%s: feature %r is not known" % (path, feature)]


def check_members(value, features, path="row"):
    if value is None:
        return []
    if not isinstance(value, dict):
        return ["%s: not an object" % path]
    names = [f["name"] for f in features]
    if list(value) != names:
        return ["%s: members %r, wanted %r" % (path, list(value), names)]
    bad = []
    for f in features:
        bad += check(value[f["name"]], f, path + "/" + f["name"])
    return bad
