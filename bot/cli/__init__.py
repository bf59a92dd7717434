"""The command `bot`. Each command is a thin function; expected faults become one line and exit code 1."""

from __future__ import annotations

import gc
import logging
import os
import sys

# before anything imports TensorFlow: no telemetry, no chatter, no GPU
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
# TensorFlow tries jax for its TFLite converter and goes on without it: 64 MB and 0.7 s for something that nobody calls
sys.modules.setdefault("jax", None)  # type: ignore[arg-type]


def main() -> None:
    """Run the command line; an expected fault is one line on standard error."""
    # imports and models make millions of objects that stay; collecting in between costs most of a second.
    # Assistant.load and train_model switch the collector on again
    gc.disable()
    if not sys.warnoptions:
        # deprecations inside pinned libraries are nothing that a user of the command can mend
        # (captured, because libraries reset the filters while they are imported)
        logging.captureWarnings(True)
        logging.getLogger("py.warnings").setLevel(logging.ERROR)
    from bot.cli.app import app
    from bot.cli.faults import expected_faults

    try:
        app()
    except expected_faults() as error:
        print(f"bot: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        # the reader of a pipe went away (bot parse … | head)
        sys.stderr.close()
        raise SystemExit(141) from None
