# The assistant with its model, trained here: one worker a container. Built from the top folder by docker-compose.yml.

FROM python:3.10.19-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/opt/venv/bin:$PATH
# some packages come as sources only
RUN apt-get update && apt-get install -y --no-install-recommends build-essential && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/campus
COPY pyproject.toml constraints.txt README.md ./
# a layer of its own: it changes with the versions only, not with the code. setuptools as in deploy/setup.sh
RUN python -m venv /opt/venv \
    && pip install --constraint constraints.txt 'setuptools<81' wheel \
    && pip install --no-build-isolation --constraint constraints.txt .

FROM packages AS model
COPY config.yml credentials.yml domain.yml ./
COPY actions actions
COPY bot bot
COPY data data
COPY knowledge knowledge
RUN pip install --no-deps --no-build-isolation --editable . && python -m compileall -q actions bot
# `bot train` writes the model's sha256 beside it; the assistant refuses any other file (bot/engine/models.py)
RUN bot knowledge check && bot train && cd models && sha256sum --check *.sha256

FROM python:3.10.19-slim-bookworm
RUN groupadd --gid 10001 campus && useradd --uid 10001 --gid campus --no-create-home --home-dir /tmp campus
COPY --from=model /opt/venv /opt/venv
COPY --from=model /srv/campus /srv/campus
WORKDIR /srv/campus
# the file system is read-only in use; what libraries want to write goes to /tmp
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp MPLCONFIGDIR=/tmp \
    BOT_ENVIRONMENT=production
USER 10001:10001
EXPOSE 5005
CMD ["bot", "run", "--host", "0.0.0.0"]
