"""Write a safetensors file: https://huggingface.co/docs/safetensors/index#format

By hand, because Debian has no package for it: eight bytes with the header's length, the header in
JSON, then the tensors' bytes.
"""
import json
import os
import struct

import numpy

DTYPES = {"float32": "F32", "int64": "I64"}


def write(name, tensors, metadata=None):
    """Write a dict of tensors, double ones as float, to NAME.safetensors beside this script."""
    header = {"__metadata__": metadata} if metadata else {}
    blocks, offset = [], 0
    for key, tensor in tensors.items():
        array = tensor.detach().numpy()
        if array.dtype == numpy.float64:
            array = array.astype(numpy.float32)
        block = array.astype(array.dtype.newbyteorder("<")).tobytes()
        header[key] = {
            "dtype": DTYPES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + len(block)],
        }
        blocks.append(block)
        offset += len(block)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".safetensors")
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blocks))
    print(f"  {name}: {len(tensors)} tensors, {os.path.getsize(path)} bytes")
