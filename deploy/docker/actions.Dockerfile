# The actions without Rasa and TensorFlow; also migrates the database, removes what is old and makes backups.

FROM python:3.10.19-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/opt/venv/bin:$PATH
WORKDIR /srv/campus
COPY constraints.txt ./
COPY deploy/docker/actions-requirements.txt deploy/docker/
RUN python -m venv /opt/venv \
    && pip install --constraint constraints.txt 'setuptools<81' wheel \
    && pip install --constraint constraints.txt --requirement deploy/docker/actions-requirements.txt
COPY pyproject.toml README.md ./
COPY actions actions
COPY bot bot
# spellings and patterns, which the actions share with the language part
COPY data data
COPY knowledge knowledge
RUN pip install --no-deps --no-build-isolation --editable . && python -m compileall -q actions bot \
    && bot knowledge check

FROM python:3.10.19-slim-bookworm
RUN groupadd --gid 10001 campus && useradd --uid 10001 --gid campus --no-create-home --home-dir /tmp campus
# pg_dump for `bot backup`: Debian 12 brings 15, the version of the database in docker-compose.yml
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=10001 --group=10001 --mode=0700 /backups
COPY --from=packages /opt/venv /opt/venv
COPY --from=packages /srv/campus /srv/campus
WORKDIR /srv/campus
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp BOT_ENVIRONMENT=production
USER 10001:10001
EXPOSE 5055
CMD ["bot", "actions", "--host", "0.0.0.0"]
