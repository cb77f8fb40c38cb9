# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src

# The packages change less often than the code: a layer of their own.
COPY requirements.lock ./
RUN python -m venv /opt/doorstep \
    && /opt/doorstep/bin/pip install --require-hashes --only-binary :all: -r requirements.lock

# What builds the wheel, in an environment that stays behind.
COPY requirements-build.lock ./
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes --only-binary :all: -r requirements-build.lock
COPY pyproject.toml README.md LICENSE NOTICE CHANGELOG.md ./
COPY geodata geodata
COPY routing routing
COPY service service
RUN /opt/build/bin/hatchling build -t wheel -d /dist \
    && /opt/doorstep/bin/pip install --no-deps --no-index /dist/*.whl
# Numba knows a module by its time to the fraction of a second, and layers keep whole seconds.
RUN find /opt/doorstep/lib -path '*/site-packages/geodata/*' -name '*.py' -exec touch --date="@$(date +%s)" {} +


FROM python:3.13-slim

RUN useradd --system --uid 10001 --create-home --home-dir /home/doorstep doorstep \
    && install -d -o doorstep -g doorstep -m 0700 /var/lib/doorstep \
    && install -d -o doorstep -g doorstep -m 0755 /var/cache/doorstep
COPY --from=build /opt/doorstep /opt/doorstep

# PYTHONSAFEPATH: the import names are plain words, so nothing in the working folder may shadow them.
ENV PATH=/opt/doorstep/bin:$PATH \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    NUMBA_CACHE_DIR=/var/cache/doorstep \
    DOORSTEP_STATE_DIR=/var/lib/doorstep \
    DOORSTEP_LOG_FORMAT=json

USER 10001
WORKDIR /home/doorstep
# The code that measures roads and searches for routes, compiled for this processor: the first worker need not. On
# another kind it compiles again, into the same folder. With `--read-only --tmpfs /tmp`, or as another user, the
# folder is read as it is.
RUN python -c "from service.compiled import compile_now; compile_now()"
VOLUME /var/lib/doorstep
EXPOSE 8000
STOPSIGNAL SIGTERM

# start-period covers the first start: the embedded database and the bundled area are prepared then.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]

CMD ["doorstep", "serve", "--host", "0.0.0.0"]
