"use strict";
// A press served by node-opcua: it makes a piece every 2 s, one in twenty of them scrap, and stands for 20 s every 2 minutes.
//
//   npm install && node press.js [PORT]
const { DataType, OPCUACertificateManager, OPCUAServer } = require("node-opcua");

const RUNNING = 3, STOPPED = 5;
const TAGS = {
    State: { dataType: DataType.Int32, value: RUNNING },
    GoodCount: { dataType: DataType.UInt32, value: 0 },
    RejectCount: { dataType: DataType.UInt32, value: 0 },
    CycleTime: { dataType: DataType.Double, value: 2.0 },
};

async function main() {
    // On a test bench any client may come; in a plant a person trusts each certificate.
    const serverCertificateManager = new OPCUACertificateManager({
        rootFolder: "pki", automaticallyAcceptUnknownCertificate: true,
    });
    const server = new OPCUAServer({
        port: Number(process.argv[2] ?? 4841), hostname: "localhost", alternateHostname: ["localhost", "127.0.0.1"],
        serverCertificateManager, // the names above are those in its certificate, which smartfab compares with the address
    });
    await server.initialize();
    const space = server.engine.addressSpace;
    const own = space.registerNamespace("urn:example:press");
    const press = own.addFolder(space.rootFolder.objects, { browseName: "Press01" });
    const nodes = {};
    for (const [name, { dataType, value }] of Object.entries(TAGS)) {
        nodes[name] = own.addVariable({
            componentOf: press, browseName: name, nodeId: `s=Press01.${name}`, dataType, value: { dataType, value },
        });
    }
    const set = (name, value) => nodes[name].setValueFromSource({ dataType: TAGS[name].dataType, value });
    const count = { GoodCount: 0, RejectCount: 0 };
    let second = 0;
    const timer = setInterval(() => {
        second += 1;
        const runs = second % 120 < 100;
        set("State", runs ? RUNNING : STOPPED);
        if (!runs || second % 2) return;
        const which = second % 40 === 0 ? "RejectCount" : "GoodCount";
        set(which, count[which] += 1);
        set("CycleTime", 2.0 + 0.1 * Math.sin(second / 20));
    }, 1000);
    await server.start();
    console.log(`Serving ${server.getEndpointUrl()}; Ctrl+C ends it.`);
    process.on("SIGINT", async () => {
        clearInterval(timer);
        await server.shutdown();
        process.exit(0);
    });
}

main();
