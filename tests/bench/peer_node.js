// peer_node.js - a CSV summarised by DuckDB or Polars from npm.
// usage: node peer_node.js duckdb|polars FILE THREADS, where require() finds
// them: a line of JSON, seconds from the start of reading.
'use strict';
const [what, file, threads] = process.argv.slice(2);

async function duckdb() {
	const { DuckDBInstance } = require('@duckdb/node-api');
	const db = await DuckDBInstance.create(':memory:', { threads });
	const c = await db.connect();
	const path = file.replaceAll("'", "''");
	return async () => {
		const r = await c.runAndReadAll(
			`SUMMARIZE SELECT * FROM read_csv('${path}', header=true)`);
		return r.getRowObjects().length;
	};
}

async function polars() {
	const pl = require('nodejs-polars');
	return async () => {
		const df = pl.readCSV(file, { inferSchemaLength: 10000 });
		return df.describe().width;
	};
}

(async () => {
	const work = await { duckdb, polars }[what]();
	const cpu = process.cpuUsage(), wall = process.hrtime.bigint();
	const columns = await work();
	const u = process.cpuUsage(cpu);
	console.log(JSON.stringify({
		columns, cpu: (u.user + u.system) / 1e6,
		wall: Number(process.hrtime.bigint() - wall) / 1e9 }));
})();
