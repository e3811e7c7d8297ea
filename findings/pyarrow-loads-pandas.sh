#!/bin/sh
# Subject: PyArrow (PyPI) where pandas is installed
# Version: 26.0.1, with pandas 3.1.1
# Behaviour: The first pa.array of plain numbers imports pandas, about 60 MiB of memory, though nothing asked for it. An entry of None in sys.modules, Python's way to make an import fail, is taken for the module: the first pa.array raises AttributeError and the second one works; a finder that raises ModuleNotFoundError is understood.
# For a user of odkit: A program of yours that reads the tables with PyArrow pays for pandas unless a finder refuses it before the first array, as the command line of odkit does.
# Date: 2026-11-28
# Seen:
#   pandas left alone: [1, 2]; pandas is loaded: before False, after True; it took more than 30 MiB: True
#   pandas is None, import pandas: ModuleNotFoundError
#   pandas is None, first array: AttributeError 'NoneType' object has no attribute '__version__'
#   pandas is None, second array: [1, 2]
#   pandas refused by a finder: [1, 2]; pandas is loaded: before False, after False; it took more than 30 MiB: False

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

pypi pyarrow==26.0.1 pandas==3.1.1

cat > arrays.py << 'END'
import resource
import sys
import pyarrow as pa

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def measured():
    before, was = "pandas" in sys.modules, peak()
    array = pa.array([1, 2]).to_pylist()
    return f"{array}; pandas is loaded: before {before}, after {'pandas' in sys.modules}; it took more than 30 MiB: {peak() - was > 30}"

class NoPandas:
    def find_spec(self, name, path=None, target=None):
        if name == "pandas":
            raise ModuleNotFoundError(name=name)

def is_none():
    sys.modules["pandas"] = None
    try:
        import pandas
    except ImportError as error:
        print("pandas is None, import pandas:", type(error).__name__)
    for time in ("first", "second"):
        try:
            print(f"pandas is None, {time} array:", pa.array([1, 2]).to_pylist())
        except AttributeError as error:
            print(f"pandas is None, {time} array:", type(error).__name__, error)

if sys.argv[1] == "alone":
    print("pandas left alone:", measured())
elif sys.argv[1] == "none":
    is_none()
else:
    sys.meta_path.insert(0, NoPandas())
    print("pandas refused by a finder:", measured())
END

observe() {
    for way in alone none finder; do "$python" arrays.py "$way"; done
}

compare observe
