# Portal in a container of its own. Build once, run with compose.yaml.
FROM python:3.12-slim AS build
WORKDIR /src
RUN pip install --no-cache-dir build
COPY . .
RUN python -m build --wheel --outdir /wheels

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 portal && mkdir /data && chown portal /data
COPY --from=build /wheels/*.whl /tmp/
COPY constraints.txt /tmp/constraints.txt
RUN pip install --no-cache-dir --constraint /tmp/constraints.txt /tmp/*.whl && rm -r /tmp/*
USER portal
ENV PORTAL_DATA=/data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD \
    python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"
STOPSIGNAL SIGTERM
ENTRYPOINT ["portal"]
CMD ["serve", "--host", "0.0.0.0", "--workers", "2"]
