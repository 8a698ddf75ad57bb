# The whole image of Node has the compiler that native modules need where no prebuilt binary can be had.
FROM node:20.20.2-bookworm AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json ./
COPY domain domain
COPY command-service command-service
COPY projections projections
COPY query-service query-service
COPY gateway gateway
COPY infra infra
COPY cli cli
# npm ci builds as well (package.json, "prepare"); pruning leaves what runs.
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund && npm prune --omit=dev --no-audit --no-fund

FROM node:20.20.2-bookworm-slim
LABEL org.opencontainers.image.title="annals" \
      org.opencontainers.image.description="An event-sourced authentication core that speaks the SuperTokens Core Driver Interface" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="The Annals authors"
# In a container nobody reaches loopback. ANNALS_DATA_DIR is for annals serve on files: mount a volume there.
ENV NODE_ENV=production SUPERTOKENS_HOST=0.0.0.0 ANNALS_DATA_DIR=/var/lib/annals
RUN install -d -o 1000 -g 1000 -m 0700 /var/lib/annals
WORKDIR /app
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json LICENSE ./
# "node", by its number, because Kubernetes has to see that it is not root.
USER 1000:1000
EXPOSE 3567
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "require('node:http').get({ host: '127.0.0.1', port: process.env.SUPERTOKENS_PORT || 3567, path: '/livez' }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/cli/annals.cjs"]
CMD ["serve"]
