"""The command line: `python -m signaling COMMAND`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from signaling.commands import region_options
from signaling.config import BadSetting, load
from signaling.observability import start_logging
from video_advice.ports import ArchiveDown

_ROOT = Path(__file__).parents[1]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m signaling", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="everything on this machine, in demo mode")
    run.add_argument("--host")
    run.add_argument("--port", type=int)
    run.add_argument("--tls", action="store_true", help="serve a self-made certificate")
    run.add_argument("--patients", type=int, default=0, help="how many demo patients join")
    commands.add_parser("serve", help="one web process")
    commands.add_parser("worker", help="the process that lets time pass")
    commands.add_parser("media", help="the relay, where coturn is installed, and the echo")
    commands.add_parser("migrate", help="bring the database's tables up to date")
    generate = commands.add_parser("generate", help="write the generated files")
    generate.add_argument("--check", action="store_true", help="only say which are stale")
    demo = commands.add_parser("demo", help="demo patients who join the line")
    demo.add_argument("--patients", type=int, default=5)
    demo.add_argument("--url", help="where the service is; by default as configured")
    region_options.add_to(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _command(options)
    except BadSetting as error:
        print(f"video-advice: {error}", file=sys.stderr)
    except ArchiveDown:
        print(
            "video-advice: the records cannot be reached. Is the database of "
            "VIDEO_ADVICE_DATABASE_URL running, and may this user open it?",
            file=sys.stderr,
        )
    return 1


def _command(options: argparse.Namespace) -> int:
    """Import only what the command needs: the web process loads no media, the worker no web."""
    if options.command == "generate":
        from signaling.generate.__main__ import main as generate

        return generate(["--check"] if options.check else [])
    if options.command == "run":
        from signaling.commands.local import run

        return run(options.host, options.port, tls=options.tls, patients=options.patients)
    settings = load()
    start_logging(settings.log_level, options.command)
    match options.command:
        case "serve":
            from signaling.commands.serve import serve

            return serve(settings)
        case "worker":
            from signaling.commands.work import work

            asyncio.run(work(settings))
        case "media":
            from signaling.commands.media import media

            asyncio.run(media(settings))
        case "migrate":
            from signaling.archive.migrate import migrate

            asyncio.run(migrate(settings.database_url))
        case "region":
            from signaling.commands.region import region

            asyncio.run(region(settings, options))
        case "demo":
            from signaling.commands.patients import patients

            asyncio.run(patients(settings, options.url, options.patients))
    return 0


if __name__ == "__main__":
    sys.exit(main())
