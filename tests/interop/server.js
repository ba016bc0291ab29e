"use strict";
/*
 * A small press by node-opcua. It changes its tags on a seeded schedule and tells each change on stdout, one JSON
 * object a line; a line "listening" says where. It ends when its stdin does.
 *
 *   node server.js PKI_FOLDER SEED        the password of user "collector" comes from INTEROP_PASSWORD
 */
console.log = console.info = console.error; // stdout is for the changes alone

const {
    DataType, MessageSecurityMode, OPCUACertificateManager, OPCUAServer, SecurityPolicy, StatusCodes,
} = require("node-opcua");
const path = require("node:path");

const [folder, seed] = process.argv.slice(2);
const TICK_MS = 50;
const TAGS = {
    state: { nodeId: "s=\"Press01\".\"State\"", dataType: DataType.Int32, history: true },
    good: { nodeId: "s=Press01.Good", dataType: DataType.UInt32, history: true },
    scrap: { nodeId: "i=1003", dataType: DataType.UInt32, history: false },
    temperature: { nodeId: "s=Press01.Temperature", dataType: DataType.Double, history: true },
    product: { nodeId: "s=Press01.Product", dataType: DataType.String, history: false },
};

function tell(line) {
    process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Numbers in [0, 1): mulberry32. */
function random(state) {
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

/** The changes of each tick, endless; a tag is named only when its value differs from the one before. */
function* schedule(next) {
    let state = 3, good = 4294967270, scrap = 0, product = 0, temperature = 80;
    yield { state, good, scrap, temperature, product: "Gạch 60×60 #0" };
    for (let tick = 1; ; tick++) {
        const changes = { temperature: (temperature += next() - 0.5) };
        if (tick % 2 === 0) changes.good = good = (good + 1) % 4294967296;
        if (next() < 0.1) changes.scrap = scrap += 1;
        if (next() < 0.05) changes.state = state = state === 3 ? -5 : 3;
        if (tick % 40 === 0) changes.product = `Gạch 60×60 #${(product += 1)}`;
        yield changes;
    }
}

async function managers() {
    const made = ["server", "user"].map((name) => new OPCUACertificateManager({
        rootFolder: path.join(folder, name), automaticallyAcceptUnknownCertificate: true,
    }));
    for (const manager of made) await manager.initialize();
    return made;
}

function addTags(addressSpace) {
    const space = addressSpace.registerNamespace("urn:interop:press");
    const press = space.addFolder(addressSpace.rootFolder.objects, { browseName: "Press01" });
    const nodes = {};
    for (const [name, { nodeId, dataType, history }] of Object.entries(TAGS)) {
        nodes[name] = space.addVariable({
            componentOf: press, browseName: name, nodeId, dataType: DataType[dataType], minimumSamplingInterval: 0,
        });
        if (history) addressSpace.installHistoricalDataNode(nodes[name], { maxOnlineValues: 100000 });
    }
    return nodes;
}

async function main() {
    const [serverCertificateManager, userCertificateManager] = await managers();
    const server = new OPCUAServer({
        port: 0,
        hostname: "127.0.0.1",
        alternateHostname: ["127.0.0.1", "localhost"],
        securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
        securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
        allowAnonymous: true,
        userManager: { isValidUser: (user, password) => user === "collector" && password === process.env.INTEROP_PASSWORD },
        serverCertificateManager,
        userCertificateManager,
        serverCapabilities: { minSupportedSampleRate: 0 }, // every change is told, none coalesced
        serverInfo: { applicationUri: "urn:interop:node-opcua" },
    });
    await server.initialize();
    const nodes = addTags(server.engine.addressSpace);
    await server.start();

    let last = 0;
    const changes = schedule(random(Number(seed)));
    function tick() {
        const now = new Date(last = Math.max(Date.now(), last + 1)); // a stamp of its own for every change of a tag
        for (const [name, value] of Object.entries(changes.next().value)) {
            nodes[name].setValueFromSource({ dataType: TAGS[name].dataType, value }, StatusCodes.Good, now);
            tell({ signal: name, ts: now.toISOString(), value });
        }
    }
    tick();
    const timer = setInterval(tick, TICK_MS);
    tell({ listening: server.endpoints[0].port, certificate: server.getCertificate().toString("base64") });

    process.stdin.resume();
    process.stdin.on("end", async () => {
        clearInterval(timer);
        await server.shutdown(0);
        process.exit(0);
    });
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
