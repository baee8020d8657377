// The usual Node answer to the same task: prove, put on BullMQ's queue, answer 202.
"use strict";
const crypto = require("node:crypto");
const express = require("express");
const { Queue } = require("bullmq");

const secret = Buffer.from(process.env.PEER_SECRET.replace(/^whsec_/, ""), "base64");
const port = Number(process.env.PEER_PORT);
const connection = { host: "127.0.0.1", port: Number(process.env.PEER_REDIS_PORT) };
const queue = new Queue("webhooks", { connection });
const app = express();

app.post(/.*/, express.raw({ type: "*/*", limit: "2mb" }), async (request, response) => {
  const id = request.get("webhook-id");
  const stamp = request.get("webhook-timestamp");
  const proof = crypto
    .createHmac("sha256", secret)
    .update(`${id}.${stamp}.`)
    .update(request.body)
    .digest();
  const sent = Buffer.from(
    (request.get("webhook-signature") || "").replace(/^v1,/, ""),
    "base64",
  );
  if (sent.length !== proof.length || !crypto.timingSafeEqual(sent, proof)) {
    response.sendStatus(401);
    return;
  }
  await queue.add("order", JSON.parse(request.body.toString("utf8")), { jobId: id });
  response.sendStatus(202);
});
app.listen(port, "127.0.0.1", 511);
