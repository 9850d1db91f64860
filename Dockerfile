# One image for every role: `docker run -e ROLE=api …`. With no settings it is the whole engine, with
# its data in the volume.

FROM debian:bookworm-slim AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates nodejs npm \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
# The caches hold downloads alone: Bun, and the packages that bun.lock names.
RUN --mount=type=cache,target=/build/.tools,sharing=locked \
  --mount=type=cache,target=/root/.bun/install/cache,sharing=locked \
  ./dev build

# Added to the base are the executable, a user, and what recognises the writing in pictures (99 MB): for other
# languages `--build-arg OCR_PACKAGES="tesseract-ocr tesseract-ocr-rus"`, and nothing where Document AI does it.
FROM debian:bookworm-slim
ARG OCR_PACKAGES="tesseract-ocr tesseract-ocr-vie"
RUN if [ -n "$OCR_PACKAGES" ]; then \
    apt-get update \
    && apt-get install -y --no-install-recommends $OCR_PACKAGES \
    && rm -rf /var/lib/apt/lists/*; \
  fi
RUN groupadd --gid 10001 engine \
  && useradd --uid 10001 --gid engine --home-dir /data --no-create-home --shell /usr/sbin/nologin engine \
  && install --directory --owner engine --group engine --mode 700 /data
COPY --from=build /build/dist/rag-engine /usr/local/bin/rag-engine
USER 10001:10001
WORKDIR /data
# Copies of documents under way are as large as documents: they belong on a disk, not into memory.
ENV DATA_DIR=/data TMPDIR=/data/tmp HOST=0.0.0.0 PORT=8000
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["rag-engine", "health"]
ENTRYPOINT ["rag-engine"]
