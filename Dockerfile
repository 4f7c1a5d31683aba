# The gateway with its playground, in an image that holds nothing else: no shell, no package, no user but its own.
#
#   docker build -t unisono .
#   docker run --rm -p 127.0.0.1:8080:8080 unisono demo                      # the demo, gone with the container
#   docker run -p 8080:8080 -v unisono:/data -e UNISONO_ADMIN_KEY=… unisono  # a database inside the process, in a volume
#   docker run -p 8080:8080 -e UNISONO_MONGO_URI=… unisono serve             # a MongoDB

FROM node:22-bookworm-slim AS page
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
COPY schema.graphqls ../
RUN npm run --silent check && npm run --silent build

FROM golang:1.26-bookworm AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=page /src/web/dist/app web/dist/app
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /image/unisono ./cmd/unisono
RUN install -d -m 0700 /image/data && install -d -m 1777 /image/tmp

FROM scratch
COPY --from=program /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=program --chown=65532:65532 /image /
USER 65532:65532
VOLUME /data
EXPOSE 8080
# A demo keeps its database below the cache directory.
ENV UNISONO_LISTEN=:8080 XDG_CACHE_HOME=/data
ENTRYPOINT ["/unisono"]
CMD ["serve", "--data-dir", "/data"]
