# A small image with mailspec as its entry point:
#   docker build -t mailspec .
#   docker run --rm -v "$PWD:/work" mailspec run
FROM node:22-alpine AS build
WORKDIR /build
COPY . .
RUN mkdir /packed && npm ci --ignore-scripts && npm pack --pack-destination /packed

FROM node:22-alpine
COPY --from=build /packed/ /packed/
RUN npm install --global --cache /packed/cache /packed/mailspec-*.tgz && rm -r /packed
USER node
WORKDIR /work
ENTRYPOINT ["mailspec"]
CMD ["help"]
